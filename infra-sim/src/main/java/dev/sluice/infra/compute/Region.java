package dev.sluice.infra.compute;

import java.util.List;

/** The one region there is, for the shipped prices are of it. */
public final class Region {
  public static final String NAME = "us-east-1";

  public static final List<Zone> ZONES =
      List.of(
          new Zone("us-east-1a", "use1-az1"),
          new Zone("us-east-1b", "use1-az2"),
          new Zone("us-east-1c", "use1-az4"));

  private Region() {}

  /** A zone, with the name an account sees and the one all accounts share. */
  public record Zone(String name, String id) {}
}
