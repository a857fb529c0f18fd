package dev.sluice.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a YAML file and the environment into a record.
 *
 * <p>A key is a component's name in kebab-case; its environment variable is {@code SLUICE_} and the
 * key's path in upper snake case, and wins over the file. A key that no component has refuses to
 * start and names the nearest one that exists, for a setting that is silently ignored is worse than
 * one that is missing.
 */
public final class Settings {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Every variable of ours starts so; one that no key answers to is refused like an unknown key.
   */
  static final String VARIABLE_PREFIX = "SLUICE_";

  /** Variables that the launcher reads, not a daemon's settings. */
  private static final List<String> LAUNCHER_VARIABLES =
      List.of("SLUICE_JAVA", "SLUICE_JAVA_OPTIONS", "SLUICE_HOME");

  private Settings() {}

  /**
   * The record as {@code yaml} and {@code environment} say, with its defaults where they say
   * nothing.
   */
  public static <T extends Record> T read(
      Class<T> type, Optional<Path> yaml, Map<String, String> environment) {
    return read(type, yaml, environment, Map.of());
  }

  /**
   * The same, where a command decides some values itself: {@code decided} holds them by the key's
   * path. A file or variable that sets one of them too is refused, for it would be ignored.
   */
  public static <T extends Record> T read(
      Class<T> type,
      Optional<Path> yaml,
      Map<String, String> environment,
      Map<String, String> decided) {
    JsonNode tree = yaml.map(Settings::parse).orElse(MissingNode.getInstance());
    TreeMap<String, String> variables = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(VARIABLE_PREFIX) && !LAUNCHER_VARIABLES.contains(name)) {
            variables.put(name, value);
          }
        });
    SettingsTree reader = new SettingsTree(variables, decided);
    T settings = reader.record(type, tree, "");
    reader.refuseUnused();
    return settings;
  }

  /** The record as a tree says that was read already; no environment has a say in it. */
  public static <T extends Record> T read(Class<T> type, JsonNode tree) {
    return new SettingsTree(new TreeMap<>(), Map.of()).record(type, tree, "");
  }

  /** The record as a text of YAML says: one that is shipped, which no variable changes. */
  public static <T extends Record> T text(Class<T> type, String name, String yaml) {
    return new SettingsTree(new TreeMap<>(), Map.of()).record(type, parse(name, yaml), "");
  }

  /** The record with nothing set. */
  public static <T extends Record> T defaults(Class<T> type) {
    return read(type, Optional.empty(), Map.of());
  }

  private static JsonNode parse(Path file) {
    try {
      return parse("settings file " + file, Files.readString(file));
    } catch (IOException unreadable) {
      throw new SettingsException("settings file " + file + " cannot be read: " + unreadable);
    }
  }

  private static JsonNode parse(String name, String yaml) {
    try {
      JsonNode tree = YAML.readTree(yaml);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException malformed) {
      String where =
          malformed.getLocation() == null ? "" : " at line " + malformed.getLocation().getLineNr();
      String what = malformed.getOriginalMessage().lines().findFirst().orElse("");
      throw new SettingsException(name + " is not YAML" + where + ": " + what);
    }
  }
}
