package dev.sluice.ingest.stream;

/** Both readers of JSON say the same of any bytes. */
public final class FuzzedEvent {
  private static final ColumnDecoderPropertiesTest READERS = new ColumnDecoderPropertiesTest();

  private FuzzedEvent() {}

  public static void fuzzerTestOneInput(byte[] input) {
    READERS.compare(input);
  }
}
