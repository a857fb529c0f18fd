package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user agent's text says of a browser, a system and a device, by a list of words in a file:
 * the first word that is in the text decides. Words, not patterns: no text takes long.
 */
final class UserAgents {
  private static final String RULES = "user-agents.yaml";
  private static final int READ = 1024;

  /** A word, and what it stands for. */
  private record Rule(String word, String name) {}

  private final List<Rule> bots;
  private final List<Rule> browsers;
  private final List<Rule> systems;
  private final List<Rule> devices;

  private UserAgents(JsonNode rules) {
    bots = rules(rules.path("bots"));
    browsers = rules(rules.path("browsers"));
    systems = rules(rules.path("systems"));
    devices = rules(rules.path("devices"));
  }

  static UserAgents shipped() {
    try (InputStream in = UserAgents.class.getResourceAsStream(RULES)) {
      return new UserAgents(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean bot(String text) {
    return first(bots, text).isPresent();
  }

  Optional<String> browser(String text) {
    return first(browsers, text);
  }

  Optional<String> system(String text) {
    return first(systems, text);
  }

  /** A bot is no device; what names none is a computer if its system is known. */
  Optional<String> device(String text) {
    return bot(text)
        ? Optional.of("bot")
        : first(devices, text).or(() -> system(text).map(known -> "desktop"));
  }

  private static Optional<String> first(List<Rule> rules, String text) {
    String read = text.substring(0, Math.min(READ, text.length())).toLowerCase(Locale.ROOT);
    for (Rule rule : rules) {
      if (read.contains(rule.word())) {
        return Optional.of(rule.name());
      }
    }
    return Optional.empty();
  }

  private static List<Rule> rules(JsonNode list) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode entry : list) {
      entry
          .properties()
          .forEach(
              one ->
                  rules.add(
                      new Rule(one.getKey().toLowerCase(Locale.ROOT), one.getValue().asText())));
    }
    if (rules.isEmpty()) {
      throw new IllegalStateException(RULES + " lacks a list");
    }
    return List.copyOf(rules);
  }
}
