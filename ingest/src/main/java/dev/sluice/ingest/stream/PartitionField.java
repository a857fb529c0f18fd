package dev.sluice.ingest.stream;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One of the values by which a stream's rows are put into partitions: what an Iceberg transform
 * makes of a field. Written as {@code user_id}, {@code day(event_time)}, {@code
 * bucket[16](user_id)} or {@code truncate[4](page)}.
 *
 * @param width how many buckets, or how much is kept; 0 where the transform has none
 * @param field a field of the stream, or {@link #FILED_TIME}
 */
public record PartitionField(Transform transform, int width, String field) {

  /** The column with the time a row is filed under, which every table has. */
  public static final String FILED_TIME = "_time";

  private static final Pattern CALL =
      Pattern.compile("(\\w+)(?:\\[(\\d{1,9})])?\\s*\\(\\s*(\\w+)\\s*\\)");
  private static final Pattern PLAIN = Pattern.compile("\\w+");
  private static final int MOST_BUCKETS = 4096;

  /** What may be made of a value. */
  public enum Transform {
    IDENTITY,
    BUCKET,
    TRUNCATE,
    YEAR,
    MONTH,
    DAY,
    HOUR;

    private String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean wide() {
      return this == BUCKET || this == TRUNCATE;
    }

    /** Whether it takes a time and gives a span of the calendar. */
    public boolean ofTime() {
      return this == YEAR || this == MONTH || this == DAY || this == HOUR;
    }

    private boolean takes(FieldType type) {
      return switch (this) {
        case IDENTITY -> true;
        case BUCKET -> type != FieldType.DOUBLE && type != FieldType.BOOLEAN;
        case TRUNCATE ->
            type == FieldType.STRING || type == FieldType.LONG || type == FieldType.INT;
        case YEAR, MONTH, DAY, HOUR -> type == FieldType.TIMESTAMP;
      };
    }
  }

  public PartitionField {
    Objects.requireNonNull(transform, "transform");
    Objects.requireNonNull(field, "field");
    String name = transform.wireName();
    if (transform.wide() && width < 1) {
      throw new IllegalArgumentException(
          "partition " + name + ": a width is needed, as in " + name + "[16](" + field + ")");
    }
    if (!transform.wide() && width != 0) {
      throw new IllegalArgumentException(
          "partition " + name + " has no width: write " + name + "(" + field + ")");
    }
    if (transform == Transform.BUCKET && width > MOST_BUCKETS) {
      throw new IllegalArgumentException(
          "partition bucket[" + width + "]: " + MOST_BUCKETS + " buckets are the most");
    }
  }

  /** Reads the notation. */
  public static PartitionField parse(String text) {
    if (PLAIN.matcher(text).matches()) {
      return new PartitionField(Transform.IDENTITY, 0, text);
    }
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      throw new IllegalArgumentException(
          "partition \"" + text + "\": write day(event_time), bucket[16](user_id) or user_id");
    }
    Transform transform =
        Arrays.stream(Transform.values())
            .filter(each -> each.wireName().equals(call.group(1)))
            .findFirst()
            .orElseThrow(() -> unknown(text, call.group(1)));
    int width = call.group(2) == null ? 0 : Integer.parseInt(call.group(2));
    return new PartitionField(transform, width, call.group(3));
  }

  private static IllegalArgumentException unknown(String text, String transform) {
    return new IllegalArgumentException(
        "partition \""
            + text
            + "\": there is no transform "
            + transform
            + "; use "
            + Arrays.stream(Transform.values())
                .map(Transform::wireName)
                .collect(Collectors.joining(", ")));
  }

  void requireFits(FieldType type) {
    if (!transform.takes(type)) {
      throw new IllegalArgumentException(
          "partition "
              + this
              + ": "
              + transform.wireName()
              + " does not take a "
              + type.wireName()
              + ", which "
              + field
              + " is");
    }
  }

  /** What the partition's value is called beside the table's columns, made of this column. */
  public String nameFor(String column) {
    return switch (transform) {
      case IDENTITY -> column;
      case BUCKET -> column + "_bucket_" + width;
      case TRUNCATE -> column + "_trunc_" + width;
      case YEAR, MONTH, DAY, HOUR -> column + "_" + transform.wireName();
    };
  }

  /** The notation {@link #parse} reads. */
  @Override
  public String toString() {
    return switch (transform) {
      case IDENTITY -> field;
      case BUCKET, TRUNCATE -> transform.wireName() + "[" + width + "](" + field + ")";
      case YEAR, MONTH, DAY, HOUR -> transform.wireName() + "(" + field + ")";
    };
  }
}
