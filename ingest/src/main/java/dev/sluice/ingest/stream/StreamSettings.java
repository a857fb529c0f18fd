package dev.sluice.ingest.stream;

import dev.sluice.daemon.Default;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One entry below {@code streams:}; its key there is the stream's name. */
public record StreamSettings(
    List<FieldSettings> fields,
    Optional<String> key,
    Optional<String> time,
    @Default("4") int shards) {

  public StreamSettings {
    fields = List.copyOf(fields);
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(time, "time");
  }

  /** One field as settings write it: {@code {name: price, type: double}}. */
  public record FieldSettings(
      String name, @Default("string") FieldType type, @Default("false") boolean required) {
    public FieldSettings {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
    }
  }

  public Stream stream(String name) {
    List<Field> declared =
        fields.stream()
            .map(field -> new Field(field.name(), field.type(), field.required()))
            .toList();
    return new Stream(name, declared, key, time, shards);
  }
}
