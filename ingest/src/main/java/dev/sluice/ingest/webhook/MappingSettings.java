package dev.sluice.ingest.webhook;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How calls become events: the whole of a mapping file.
 *
 * @param stream the stream the events are of
 * @param verify how calls show that they are genuine, unless the webhook's settings say it
 * @param absent texts that stand for no value
 * @param fields the stream's fields, and where each one's value is
 */
public record MappingSettings(
    Optional<String> stream,
    Optional<VerifySettings> verify,
    List<String> absent,
    Map<String, ValueSettings> fields) {
  public MappingSettings {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(verify, "verify");
    absent = List.copyOf(absent);
    fields = Map.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a mapping maps no field");
    }
  }
}
