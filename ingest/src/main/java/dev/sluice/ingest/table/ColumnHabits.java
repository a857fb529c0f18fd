package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.TableProperties;

/**
 * Which columns of a table repeat themselves. A dictionary makes those small; of the others, ids
 * and points in time, Parquet would build one, find it too large and throw it away, in every row
 * group again. So a look at some rows decides, and now and then another, for habits change.
 */
public final class ColumnHabits {

  private static final int SAMPLE = 1_024;
  private static final long ROWS_BETWEEN_SAMPLES = 1 << 20;

  /** A column where so many of ten values are new is better off without a dictionary. */
  private static final int TENTHS_NEW = 6;

  private final List<Field> fields;
  private Map<String, String> settings = Map.of();
  private List<Distinct> sample = new ArrayList<>();
  private long rows;

  /** Different values among some: an open hash table of their hashes, 0 being an empty place. */
  private static final class Distinct {
    private final long[] hashes = new long[4 * SAMPLE];
    private int values;
    private int distinct;

    void add(long word) {
      values++;
      long hash = word * 0x9e3779b97f4a7c15L | 1;
      int at = (int) (hash >>> 40) & (hashes.length - 1);
      while (hashes[at] != 0 && hashes[at] != hash) {
        at = (at + 1) & (hashes.length - 1);
      }
      if (hashes[at] == 0) {
        hashes[at] = hash;
        distinct++;
      }
    }

    boolean mostlyNew() {
      return distinct * 10 > values * TENTHS_NEW;
    }
  }

  public ColumnHabits(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /** Looks at a row, if it is one of those looked at. */
  public void note(TableRow row) {
    long place = rows++ % ROWS_BETWEEN_SAMPLES;
    if (place >= SAMPLE) {
      return;
    }
    if (place == 0) {
      sample = new ArrayList<>();
      for (int i = 0; i < fields.size() + 2; i++) {
        sample.add(new Distinct());
      }
    }
    look(row);
    if (place == SAMPLE - 1) {
      decide();
    }
  }

  private void look(TableRow row) {
    EventColumns event = row.event();
    for (int i = 0; i < fields.size(); i++) {
      if (event.has(i)) {
        sample.get(i).add(word(event, i));
      }
    }
    sample.get(fields.size()).add(row.timeMicros());
    sample.get(fields.size() + 1).add(row.receivedMicros());
  }

  private long word(EventColumns event, int field) {
    return switch (fields.get(field).type()) {
      case STRING -> {
        long hash = event.length(field);
        int end = event.from(field) + event.length(field);
        for (int i = event.from(field); i < end; i++) {
          hash = hash * 31 + event.bytes()[i];
        }
        yield hash;
      }
      case UUID -> event.whole(field) ^ event.low(field);
      case LONG, INT, DOUBLE, BOOLEAN, TIMESTAMP -> event.whole(field);
    };
  }

  private void decide() {
    Map<String, String> decided = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      decide(decided, fields.get(i).name(), sample.get(i).mostlyNew());
    }
    decide(decided, TableLayout.TIME, sample.get(fields.size()).mostlyNew());
    decide(decided, TableLayout.RECEIVED_AT, sample.get(fields.size() + 1).mostlyNew());
    decide(decided, TableLayout.OFFSET, true);
    settings = Map.copyOf(decided);
    sample = List.of();
  }

  private static void decide(Map<String, String> into, String column, boolean mostlyNew) {
    if (mostlyNew) {
      into.put(TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + column, "false");
    }
  }

  /** Write properties for files begun now. */
  public Map<String, String> settings() {
    return settings;
  }
}
