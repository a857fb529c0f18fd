package dev.sluice.infra.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One rule: its breaches, less the exceptions that have a reason, must be none; an unused exception
 * is a breach too.
 */
public record Rule(String name) {
  private static final String LIST = "exceptions.txt";

  /**
   * Fails unless every breach is excepted and every exception is a breach. A breach is its subject,
   * then {@code ": "}.
   */
  public void holds(Collection<String> breaches) {
    Map<String, String> exceptions = exceptions();
    Set<String> unexcused = new TreeSet<>();
    Set<String> used = new TreeSet<>();
    for (String breach : breaches) {
      String subject = breach.split(": ", 2)[0];
      if (exceptions.containsKey(subject)) {
        used.add(subject);
      } else {
        unexcused.add(breach);
      }
    }
    Set<String> unused = new TreeSet<>(exceptions.keySet());
    unused.removeAll(used);
    assertThat(unexcused).as("breaches of '%s'", name).isEmpty();
    assertThat(unused).as("exceptions to '%s' in %s that nothing needs", name, LIST).isEmpty();
  }

  /** The lines {@code rule | subject | reason} of this rule. */
  private Map<String, String> exceptions() {
    Map<String, String> exceptions = new TreeMap<>();
    for (String line : list().lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split("\\|", -1);
      assertThat(parts).as("a line of %s: rule | subject | reason: %s", LIST, line).hasSize(3);
      assertThat(parts[2]).as("the reason of: %s", line).isNotBlank();
      if (parts[0].strip().equals(name)) {
        exceptions.put(parts[1].strip(), parts[2].strip());
      }
    }
    return exceptions;
  }

  private static String list() {
    try (InputStream in = Rule.class.getResourceAsStream(LIST)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
