package dev.sluice.ingest.cloudevent;

/** Any bytes are a CloudEvent, or are refused with what is wrong. */
public final class FuzzedCloudEvent {
  private FuzzedCloudEvent() {}

  public static void fuzzerTestOneInput(byte[] input) {
    var unused = CloudEventsPropertiesTest.opens(input);
  }
}
