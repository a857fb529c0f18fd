package dev.sluice.ingest.stream;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One declared field of a stream; it becomes a column of the same name. A leading underscore is
 * kept for the columns the sink adds.
 */
public record Field(String name, FieldType type, boolean required) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");

  public Field {
    Objects.requireNonNull(type, "type");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "field name \""
              + name
              + "\": use a letter, then letters, digits and underscores, 128 at most");
    }
  }
}
