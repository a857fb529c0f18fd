package dev.sluice.awswire;

/** What a SigV4 signing key is good for: one day, one region, one service. */
public record Scope(String day, String region, String service) {
  static final String TERMINATOR = "aws4_request";

  public Scope {
    if (!day(day) || region.isEmpty() || service.isEmpty()) {
      throw new IllegalArgumentException("not a credential scope");
    }
  }

  private static boolean day(String text) {
    return text.length() == 8 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return day + "/" + region + "/" + service + "/" + TERMINATOR;
  }
}
