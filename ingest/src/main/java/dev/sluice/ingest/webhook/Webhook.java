package dev.sluice.ingest.webhook;

import dev.sluice.daemon.Nearest;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamSettings;
import dev.sluice.ingest.stream.Streams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** One webhook as settings declare it, checked and ready. */
public final class Webhook {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

  private final String name;
  private final Mapping mapping;
  private final Verification verification;
  private final SeenIds seen;
  private final int maxEvents;
  private final long maxMapped;
  private final int answer;

  private Webhook(
      String name,
      Mapping mapping,
      Verification verification,
      SeenIds seen,
      WebhookSettings settings) {
    this.name = name;
    this.mapping = mapping;
    this.verification = verification;
    this.seen = seen;
    this.maxEvents = settings.maxEvents();
    this.maxMapped = settings.maxMapped().bytes();
    this.answer = settings.answer();
  }

  /** All of them; what is wrong with one is told in one line with its name. */
  public static List<Webhook> all(Map<String, WebhookSettings> declared, Streams streams) {
    List<Webhook> all = new ArrayList<>();
    new TreeMap<>(declared)
        .forEach(
            (name, settings) -> {
              try {
                all.add(of(name, settings, streams));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("webhook " + name + ": " + e.getMessage(), e);
              }
            });
    return List.copyOf(all);
  }

  /** The shipped streams that these webhooks fill: nobody else needs their topics and tables. */
  public static Map<String, StreamSettings> streams(Map<String, WebhookSettings> declared) {
    if (declared.isEmpty()) {
      return Map.of();
    }
    Map<String, StreamSettings> shipped = Shipped.streams();
    Map<String, StreamSettings> needed = new HashMap<>();
    declared.forEach(
        (name, settings) -> {
          String stream = settings.stream().or(() -> mapping(name, settings).stream()).orElse("");
          if (shipped.containsKey(stream)) {
            needed.put(stream, shipped.get(stream));
          }
        });
    return Map.copyOf(needed);
  }

  private static Webhook of(String name, WebhookSettings settings, Streams streams) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a webhook's name is lower-case letters, digits and dashes");
    }
    MappingSettings said = mapping(name, settings);
    String stream =
        settings.stream()
            .or(said::stream)
            .orElseThrow(() -> new IllegalArgumentException("it names no stream"));
    Stream filled =
        streams
            .find(stream)
            .orElseThrow(() -> new IllegalArgumentException(streams.unknown(stream)));
    if (!(filled.format() instanceof EventFormat.Json)) {
      throw new IllegalArgumentException("the events of " + stream + " are not JSON");
    }
    VerifySettings way =
        settings
            .verify()
            .or(said::verify)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "say how calls are verified, such as verify: {by: path}"));
    Verification verification = verification(way, settings);
    return new Webhook(
        name,
        Mapping.of(said, filled, verification),
        verification,
        // A time may be so far ahead, and then is good for twice as long.
        new SeenIds(settings.remembered(), settings.tolerance().multipliedBy(2)),
        settings);
  }

  private static MappingSettings mapping(String name, WebhookSettings settings) {
    if (settings.map().isPresent()) {
      return settings.map().get();
    }
    if (settings.file().isPresent()) {
      return Settings.read(MappingSettings.class, settings.file(), Map.of());
    }
    String shipped = settings.mapping().orElse(name);
    if (!Shipped.MAPPINGS.contains(shipped)) {
      throw new IllegalArgumentException(
          "webhook "
              + name
              + ": there is no mapping "
              + shipped
              + Nearest.hint(shipped, Shipped.MAPPINGS)
              + "; or give file or map");
    }
    return Shipped.mapping(shipped);
  }

  private static Verification verification(VerifySettings way, WebhookSettings settings) {
    List<String> secrets = settings.secrets().stream().map(Secret::value).toList();
    if (way.by() == VerifySettings.Way.NOTHING) {
      if (!secrets.isEmpty()) {
        throw new IllegalArgumentException("it verifies by nothing, so its secrets are not used");
      }
      return call -> new Verdict.Genuine(Optional.empty());
    }
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("it needs secrets");
    }
    return switch (way.by()) {
      case HMAC, STRIPE, STANDARD -> Signature.of(way, secrets, settings.tolerance());
      default -> new ShownSecret(way.by(), way.name().orElse(""), secrets);
    };
  }

  String name() {
    return name;
  }

  Mapping mapping() {
    return mapping;
  }

  Verification verification() {
    return verification;
  }

  SeenIds seen() {
    return seen;
  }

  /** The most events in one call. */
  int maxEvents() {
    return maxEvents;
  }

  /** How many bytes the events of one call may have together. */
  long maxMapped() {
    return maxMapped;
  }

  int answer() {
    return answer;
  }
}
