package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Routing;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The tables of a stream, and which of them an event belongs to. Without a route it is the one;
 * with one, an event whose field holds none of the named values belongs to none.
 */
public final class Destinations {

  /** The place of an event that belongs to no table. */
  public static final int NOWHERE = -1;

  private static final int LONGEST_SHOWN = 64;

  private final List<TableIdentifier> tables;
  private final String fieldName;
  private final int field;
  private final byte[][] values;
  private final int[] places;

  private Destinations(
      List<TableIdentifier> tables, String fieldName, int field, byte[][] values, int[] places) {
    this.tables = tables;
    this.fieldName = fieldName;
    this.field = field;
    this.values = values;
    this.places = places;
  }

  public static Destinations of(Stream stream) {
    List<TableIdentifier> tables = TableLayout.identifiers(stream);
    if (stream.routing().isEmpty()) {
      return new Destinations(tables, "", NOWHERE, new byte[0][], new int[0]);
    }
    Routing routing = stream.routing().get();
    int field = stream.fields().indexOf(stream.field(routing.field()).orElseThrow());
    byte[][] values = new byte[routing.tables().size()][];
    int[] places = new int[values.length];
    int i = 0;
    for (Map.Entry<String, String> entry : routing.tables().entrySet()) {
      values[i] = entry.getKey().getBytes(StandardCharsets.UTF_8);
      places[i++] = routing.tableNames().indexOf(entry.getValue());
    }
    return new Destinations(tables, routing.field(), field, values, places);
  }

  /** The tables, in an order that is always the same. */
  public List<TableIdentifier> tables() {
    return tables;
  }

  /** The place, among the tables, of the one the event belongs to; {@link #NOWHERE} if none. */
  public int of(EventColumns event) {
    if (field == NOWHERE) {
      return 0;
    }
    if (!event.has(field)) {
      return NOWHERE;
    }
    int from = event.from(field);
    int to = from + event.length(field);
    for (int i = 0; i < values.length; i++) {
      if (Arrays.equals(values[i], 0, values[i].length, event.bytes(), from, to)) {
        return places[i];
      }
    }
    return NOWHERE;
  }

  /** Why an event belongs to no table, for people. */
  public String unknown(EventColumns event) {
    if (!event.has(field)) {
      return fieldName + ", which says the table, is missing";
    }
    String value =
        new String(event.bytes(), event.from(field), event.length(field), StandardCharsets.UTF_8);
    String shown =
        value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "…";
    return "no table is named for " + fieldName + " \"" + shown + "\"";
  }
}
