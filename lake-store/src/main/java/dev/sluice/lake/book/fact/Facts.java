package dev.sluice.lake.book.fact;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A table or view as one metadata file has it.
 *
 * @param kind {@code table} or {@code view}
 * @param partitioning one entry for each partition field, such as {@code day(received_at)}
 * @param snapshotId of the present snapshot; 0 when there is none
 * @param totals rows, bytes and files of the present snapshot, those that it tells
 * @param dataAt when the snapshot was made that last changed what the table says, in milliseconds;
 *     0 when there is none
 * @param refs branches and tags besides the main branch
 * @param queries a view's text by SQL dialect
 */
public record Facts(
    String kind,
    String uuid,
    String location,
    int formatVersion,
    String fileFormat,
    int schemaId,
    List<Column> columns,
    List<String> keys,
    List<String> partitioning,
    List<String> sortOrder,
    Map<String, String> properties,
    long snapshotId,
    long snapshots,
    Map<String, Long> totals,
    long dataAt,
    List<String> refs,
    Map<String, String> queries) {
  public static final String ROWS = "rows";
  public static final String BYTES = "bytes";
  public static final String FILES = "files";

  public Facts {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
    partitioning = List.copyOf(partitioning);
    sortOrder = List.copyOf(sortOrder);
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    totals = Collections.unmodifiableMap(new TreeMap<>(totals));
    refs = List.copyOf(refs);
    queries = Collections.unmodifiableMap(new TreeMap<>(queries));
  }
}
