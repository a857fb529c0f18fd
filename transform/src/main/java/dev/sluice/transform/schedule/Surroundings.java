package dev.sluice.transform.schedule;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where a scheduler runs.
 *
 * @param runner what people call this process; it need not be unique
 * @param lake the catalog that has the shared table; asked once the scheduler starts
 * @param nonces never the same text twice, here or in another process
 * @param errand what runs the words
 * @param directory where its metrics and its journal lie
 */
public record Surroundings(
    String runner,
    Supplier<Lake> lake,
    InstantSource clock,
    RandomGenerator random,
    Supplier<String> nonces,
    Errand errand,
    Path directory) {

  /** A catalog, and the token it wants to be shown. */
  public record Lake(URI catalog, String token) {
    @Override
    public String toString() {
      return catalog.toString();
    }
  }
}
