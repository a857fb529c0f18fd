package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.RefusalReason;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Reads decimals, whose unscaled value is bytes. */
final class AvroDecimal {

  /** About 600 digits: making text of a number costs the square of its length. */
  private static final int LONGEST = 256;

  private AvroDecimal() {}

  static boolean is(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.Decimal;
  }

  static BigDecimal read(Schema schema, AvroInput in) throws RefusedEventException {
    int length = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : in.readLength();
    int from = in.skip(length);
    if (length == 0) {
      throw RefusedEventException.malformed("a decimal without digits", from);
    }
    if (length > LONGEST) {
      throw new RefusedEventException(
          RefusalReason.OUT_OF_RANGE, "a decimal of " + length + " bytes at byte " + from);
    }
    int scale = ((LogicalTypes.Decimal) schema.getLogicalType()).getScale();
    return new BigDecimal(new BigInteger(in.bytes(), from, length), scale);
  }
}
