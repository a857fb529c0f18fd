package dev.sluice.transform.schedule;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where a scheduler runs.
 *
 * @param runner what people call this process; it need not be unique
 * @param nonces never the same text twice, here or in another process
 * @param errand what runs the words
 * @param directory where its metrics lie
 * @param journal what it does, line by line
 */
public record Surroundings(
    String runner,
    InstantSource clock,
    RandomGenerator random,
    Supplier<String> nonces,
    Errand errand,
    Path directory,
    Consumer<String> journal) {

  /**
   * The catalog that has the shared table.
   *
   * @param token what it wants to be shown
   */
  public record Lake(URI catalog, String token) {
    @Override
    public String toString() {
      return catalog.toString();
    }
  }
}
