package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.ColumnDecoder;
import java.io.IOException;
import org.apache.avro.Schema;

/** No bytes make the reader of Avro fail, and what it reads is what Avro's own reader gives. */
public final class FuzzedAvro {
  private static final Schema SCHEMA = new AvroSamples(11).schema();
  private static final ColumnDecoder DECODER = AvroColumnsPropertiesTest.decoder(SCHEMA);

  private FuzzedAvro() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    byte[] event = AvroColumnsPropertiesTest.framed(input);
    if (DECODER.read(event).isEmpty()) {
      AvroColumnsPropertiesTest.compare(SCHEMA, event);
    }
  }
}
