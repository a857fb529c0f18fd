package dev.sluice.lake.query;

import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;

/** A column's default as DuckDB reads it from text. */
final class DefaultText {
  private DefaultText() {}

  static String of(Type type, Object value) {
    if (!type.isPrimitiveType()
        || type.typeId() == Type.TypeID.BINARY
        || type.typeId() == Type.TypeID.FIXED) {
      throw new UnsupportedOperationException(
          "a default of type " + type + " is not read by SQL here");
    }
    return Transforms.identity().toHumanString(type, value);
  }
}
