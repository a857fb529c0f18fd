package dev.sluice.ingest.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what a stream is: a file, and what stands beside a mere schema. */
final class DefinitionOptions {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @Option(
      names = {"--file", "-f"},
      paramLabel = "FILE",
      required = true,
      description = "a definition in YAML or JSON, an Avro schema, or a JSON Schema; - reads it")
  private String file = "";

  @Option(names = "--key", paramLabel = "FIELD", description = "the field that decides the shard")
  private Optional<String> key = Optional.empty();

  @Option(names = "--time", paramLabel = "FIELD", description = "the field that says when it was")
  private Optional<String> time = Optional.empty();

  @Option(names = "--id", paramLabel = "FIELD", description = "the field no two events share")
  private Optional<String> id = Optional.empty();

  @Option(names = "--format", paramLabel = "FORMAT", description = "json or avro, on the log")
  private Optional<String> format = Optional.empty();

  @Option(names = "--topic", paramLabel = "NAME", description = "adopt this topic of the log")
  private Optional<String> topic = Optional.empty();

  @Option(
      names = "--compatibility",
      paramLabel = "MODE",
      description = "backward, forward, full or none: what later versions owe to earlier ones")
  private Optional<String> compatibility = Optional.empty();

  /** The definition, as the door takes it. */
  ObjectNode definition(String name) {
    ObjectNode said = read();
    String inFile = said.path("name").asText(name);
    boolean avro = said.path("type").asText().equals("record");
    if (avro || said.path("properties").isObject()) {
      ObjectNode whole = JsonNodeFactory.instance.objectNode();
      whole.set("schema", said);
      said = whole;
    } else if (!inFile.equals(name)) {
      throw CommandFailure.usage(
          "the definition in " + file + " is of " + inFile + ", not of " + name);
    }
    said.put("name", name);
    Map<String, Optional<String>> options = new LinkedHashMap<>();
    options.put("key", key);
    options.put("time", time);
    options.put("id", id);
    options.put("format", format);
    options.put("topic", topic);
    options.put("compatibility", compatibility);
    for (Map.Entry<String, Optional<String>> option : options.entrySet()) {
      option.getValue().ifPresent(new Setting(said, option.getKey())::put);
    }
    return said;
  }

  private record Setting(ObjectNode definition, String key) {
    void put(String value) {
      definition.put(key, value);
    }
  }

  private ObjectNode read() {
    try {
      JsonNode node = YAML.readTree(text(file));
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw CommandFailure.usage(file + " holds no definition of a stream");
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw CommandFailure.usage(
          file
              + where
              + ": neither YAML nor JSON: "
              + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  private static String text(String file) {
    try (InputStream in = open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailure.usage(file + " cannot be read: " + e);
    }
  }

  /** A file, or what is piped in. */
  static InputStream open(String file) throws IOException {
    return file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
  }
}
