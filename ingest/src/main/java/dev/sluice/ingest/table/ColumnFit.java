package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Which events of a stream its table can hold, where a column is of another type than the stream
 * declares today. A number goes into a column of another kind of numbers if it is the same number
 * there, and then counts the same in the row's checksum; nothing is rounded, and nothing but
 * numbers is made into something else.
 */
public final class ColumnFit {

  /** How a field's values go into its column. */
  enum Way {
    AS_IT_IS,
    WHOLE_TO_INT,
    WHOLE_TO_LONG,
    WHOLE_TO_FLOAT,
    WHOLE_TO_DOUBLE,
    FRACTION_TO_INT,
    FRACTION_TO_LONG,
    FRACTION_TO_FLOAT,
    NEVER
  }

  private record Narrow(int at, Field field, Way way, Type column) {}

  private final String table;
  private final List<Narrow> narrow;

  private ColumnFit(String table, List<Narrow> narrow) {
    this.table = table;
    this.narrow = narrow;
  }

  public static ColumnFit of(Table table, Stream stream) {
    List<Narrow> narrow = new ArrayList<>();
    for (int i = 0; i < stream.fields().size(); i++) {
      Field field = stream.fields().get(i);
      Types.NestedField column = table.schema().findField(field.name());
      Way way = column == null ? Way.AS_IT_IS : way(field.type(), column.type());
      if (way != Way.AS_IT_IS) {
        narrow.add(new Narrow(i, field, way, column.type()));
      }
    }
    return new ColumnFit(table.name(), List.copyOf(narrow));
  }

  static Way way(FieldType from, Type to) {
    if (TableLayout.type(from).equals(to)) {
      return Way.AS_IT_IS;
    }
    boolean whole = from == FieldType.LONG || from == FieldType.INT;
    if (!whole && from != FieldType.DOUBLE) {
      return Way.NEVER;
    }
    return switch (to.typeId()) {
      case INTEGER -> whole ? Way.WHOLE_TO_INT : Way.FRACTION_TO_INT;
      case FLOAT -> whole ? Way.WHOLE_TO_FLOAT : Way.FRACTION_TO_FLOAT;
      case LONG -> whole ? Way.WHOLE_TO_LONG : Way.FRACTION_TO_LONG;
      case DOUBLE -> Way.WHOLE_TO_DOUBLE;
      default -> Way.NEVER;
    };
  }

  /** Why the table cannot hold the event, if it cannot. */
  public Optional<String> misfit(EventColumns event) {
    if (narrow.isEmpty()) {
      return Optional.empty();
    }
    for (Narrow each : narrow) {
      if (event.has(each.at()) && !fits(event, each.at(), each.way())) {
        return Optional.of(
            "the stream says "
                + each.field().name()
                + " is "
                + each.field().type().wireName()
                + ", its column in "
                + table
                + " is "
                + each.column()
                + (each.way() == Way.NEVER ? "" : ", which does not hold this value"));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(EventColumns event, int at, Way way) {
    return switch (way) {
      case AS_IT_IS, WHOLE_TO_LONG -> true;
      case WHOLE_TO_INT -> (int) event.whole(at) == event.whole(at);
      case WHOLE_TO_FLOAT -> same((float) event.whole(at), event.whole(at));
      case WHOLE_TO_DOUBLE -> same((double) event.whole(at), event.whole(at));
      case FRACTION_TO_INT -> (double) (int) event.fraction(at) == event.fraction(at);
      // What is beyond a long's range becomes the nearest long, and 2^63 would look like one.
      case FRACTION_TO_LONG -> same(event.fraction(at), (long) event.fraction(at));
      case FRACTION_TO_FLOAT -> (double) (float) event.fraction(at) == event.fraction(at);
      case NEVER -> false;
    };
  }

  private static boolean same(double fraction, long whole) {
    return (long) fraction == whole && fraction == whole && whole != Long.MAX_VALUE;
  }

  /** The value as its column keeps it; good for what fits. */
  static Object value(EventColumns event, int at, Way way) {
    return switch (way) {
      case WHOLE_TO_INT -> (int) event.whole(at);
      case WHOLE_TO_LONG -> event.whole(at);
      case WHOLE_TO_FLOAT -> (float) event.whole(at);
      case WHOLE_TO_DOUBLE -> (double) event.whole(at);
      case FRACTION_TO_INT -> (int) event.fraction(at);
      case FRACTION_TO_LONG -> (long) event.fraction(at);
      case FRACTION_TO_FLOAT -> (float) event.fraction(at);
      case AS_IT_IS, NEVER -> throw new IllegalArgumentException("not a number of another kind");
    };
  }
}
