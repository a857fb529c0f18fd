package dev.sluice.ingest.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A writer's schema as settings give it: {@code {id: 7, file: clicks.avsc}}.
 *
 * @param id its id in the producers' schema registry
 * @param file where it lies, from the working directory
 * @param schema the schema itself
 */
public record SchemaSettings(Optional<Integer> id, Optional<Path> file, Optional<String> schema) {
  public SchemaSettings {
    Objects.requireNonNull(id, "id");
    if (file.isPresent() == schema.isPresent()) {
      throw new IllegalArgumentException("a schema is a file or the schema itself: give one");
    }
  }

  EventFormat.WriterSchema read() {
    return new EventFormat.WriterSchema(id, schema.orElseGet(() -> text(file.orElseThrow())));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the schema " + file.toAbsolutePath() + " cannot be read: " + e, e);
    }
  }
}
