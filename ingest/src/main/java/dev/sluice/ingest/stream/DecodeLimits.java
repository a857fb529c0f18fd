package dev.sluice.ingest.stream;

/**
 * What one event may cost. They are part of what an event is: the sink must decode with the limits
 * the door checked with.
 *
 * @param eventBytes the longest event
 * @param depth the deepest nesting, the event's own object being 1
 * @param fields the most fields on the event's own level
 */
public record DecodeLimits(int eventBytes, int depth, int fields) {
  public DecodeLimits {
    if (eventBytes < 2 || depth < 1 || fields < 1) {
      throw new IllegalArgumentException("limits leave no room for an event");
    }
  }

  public static DecodeLimits standard() {
    return new DecodeLimits(1 << 20, 32, 1000);
  }
}
