package dev.sluice.ingest.webhook;

import dev.sluice.daemon.Default;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where one field's value comes from.
 *
 * @param from where to look; the first place that has a value counts: {@code field:NAME}, {@code
 *     query:NAME}, {@code form:NAME}, {@code json:/PATH}, {@code header:NAME}, {@code text:TEXT},
 *     {@code received}
 * @param as how it is read, unless as the field's type suggests
 * @param zone of times that name none
 * @param pattern of times that are not ISO-8601, as Java writes patterns
 * @param values what stands for what; {@code "*"} for all others
 */
public record ValueSettings(
    List<String> from,
    Optional<Conversion> as,
    @Default("UTC") String zone,
    Optional<String> pattern,
    Map<String, String> values) {
  public ValueSettings {
    from = List.copyOf(from);
    Objects.requireNonNull(as, "as");
    Objects.requireNonNull(zone, "zone");
    Objects.requireNonNull(pattern, "pattern");
    values = Map.copyOf(values);
    if (from.isEmpty()) {
      throw new IllegalArgumentException("it needs a from");
    }
  }
}
