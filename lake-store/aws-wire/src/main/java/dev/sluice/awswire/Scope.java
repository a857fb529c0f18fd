package dev.sluice.awswire;

/** What a SigV4 signing key is good for: one day, one region, one service. */
public record Scope(String day, String region, String service) {
  static final String TERMINATOR = "aws4_request";

  public Scope {
    if (!day.matches("\\d{8}") || region.isEmpty() || service.isEmpty()) {
      throw new IllegalArgumentException("not a credential scope");
    }
  }

  @Override
  public String toString() {
    return day + "/" + region + "/" + service + "/" + TERMINATOR;
  }
}
