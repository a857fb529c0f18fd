package dev.sluice.infra.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The compose file, as far as compose itself would read it: anchors merged, variables put in. */
final class ComposeFile {
  static final Path ROOT = Path.of(System.getProperty("sluice.root")).toAbsolutePath().normalize();

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):\\?([^}]+)}");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final String text;
  private final JsonNode tree;

  private ComposeFile(String text) throws IOException {
    this.text = text;
    this.tree = YAML.readTree(text);
  }

  static ComposeFile read() {
    try {
      return new ComposeFile(Files.readString(ROOT.resolve("docker-compose.yml")));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(Files.readString(file));
  }

  JsonNode tree() {
    return tree;
  }

  /** Variables that must be set, as {@code ${NAME:?what to do}}. */
  Set<String> required() {
    Set<String> names = new TreeSet<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** What is left that looks like a variable but is not written so. */
  String withoutRequired() {
    return VARIABLE.matcher(text).replaceAll("");
  }

  Map<String, Service> services() {
    Map<String, Service> services = new LinkedHashMap<>();
    tree.path("services")
        .properties()
        .forEach(
            entry -> services.put(entry.getKey(), new Service(entry.getKey(), entry.getValue())));
    return services;
  }

  /**
   * One service. Jackson keeps a merge key as it is, so what it does not have it takes from there.
   */
  record Service(String name, JsonNode node) {
    JsonNode path(String key) {
      return node.has(key) ? node.path(key) : merged().path(key);
    }

    private JsonNode merged() {
      return node.has("<<")
          ? SLUICE
          : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    boolean ours() {
      return node.has("<<");
    }

    List<String> words(String key) {
      List<String> words = new ArrayList<>();
      path(key).forEach(word -> words.add(word.asText()));
      return words;
    }

    /** The environment, every required variable set to its own name. */
    Map<String, String> environment() {
      Map<String, String> environment = new LinkedHashMap<>();
      path("environment")
          .properties()
          .forEach(
              entry ->
                  environment.put(
                      entry.getKey(),
                      VARIABLE.matcher(entry.getValue().asText()).replaceAll("$1")));
      return environment;
    }

    /** Where the source of what is mounted at that path lies. */
    Path mounted(String target) {
      for (String volume : words("volumes")) {
        String[] parts = volume.split(":", -1);
        if (parts[1].equals(target)) {
          return ROOT.resolve(parts[0]).normalize();
        }
      }
      throw new AssertionError(name + " mounts nothing at " + target);
    }

    List<Integer> publishedPorts() {
      return words("ports").stream().map(port -> Integer.valueOf(port.split(":", -1)[2])).toList();
    }
  }

  private static final JsonNode SLUICE = read().tree().path("x-sluice");
}
