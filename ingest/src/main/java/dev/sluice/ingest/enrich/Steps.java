package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.enrich.EnrichmentSettings.Kind;
import dev.sluice.ingest.enrich.EnrichmentSettings.StepSettings;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Makes the steps that settings list. */
final class Steps {
  private static final List<String> AGENT = List.of("browser", "os", "device");
  private static final List<String> ORIGIN = List.of("host", "medium");
  private static final List<String> CAMPAIGN =
      List.of("source", "medium", "campaign", "term", "content");
  private static final int LONGEST_URL = 8192;

  private final EnrichmentSettings settings;
  private final UserAgents agents = UserAgents.shipped();
  private final Referrers referrers;

  Steps(EnrichmentSettings settings) {
    this.settings = settings;
    this.referrers = Referrers.shipped(settings.internal());
  }

  /** What a step does; its names and checks are around it. */
  private interface Deed {
    void to(ObjectNode event, Instant received, Circumstances circumstances)
        throws StepFailedException;
  }

  private record Named(Kind kind, Deed deed) implements Step {
    Named {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(deed, "deed");
    }

    @Override
    public String name() {
      return kind.wireName();
    }

    @Override
    public void take(ObjectNode event, Instant received, Circumstances circumstances)
        throws StepFailedException {
      deed.to(event, received, circumstances);
    }

    @Override
    public boolean hides() {
      return kind == Kind.TRUNCATE_IP || kind == Kind.PSEUDONYM;
    }
  }

  List<Step> of(Stream stream, List<StepSettings> said) {
    List<Step> steps = new ArrayList<>();
    for (StepSettings one : said) {
      if (!steps.isEmpty() && steps.get(steps.size() - 1).name().equals("pseudonym")) {
        throw new IllegalArgumentException("pseudonym: it must be the last step");
      }
      try {
        requireOwnWords(one);
        steps.add(new Named(one.step(), deed(stream, one)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(one.step().wireName() + ": " + e.getMessage(), e);
      }
    }
    return List.copyOf(steps);
  }

  private static void requireOwnWords(StepSettings one) {
    boolean several = one.step() == Kind.PSEUDONYM;
    if (several == one.fields().isEmpty()) {
      throw new IllegalArgumentException(
          several ? "it needs fields" : "it takes no fields, but from and to");
    }
    if (one.to().isPresent() && (several || one.step() == Kind.TRUNCATE_IP)) {
      throw new IllegalArgumentException("it fills no other field, so it takes no to");
    }
    if (one.from().isPresent() && (several || one.step() == Kind.RECEIVE_TIME)) {
      throw new IllegalArgumentException("it takes no from");
    }
  }

  private Deed deed(Stream stream, StepSettings one) {
    return switch (one.step()) {
      case RECEIVE_TIME -> {
        String to = Target.one(stream, one.to(), "to", FieldType.TIMESTAMP);
        yield (event, received, known) -> event.put(to, received.toString());
      }
      case SENDER -> sender(stream, one);
      case BOT -> {
        String from = Target.one(stream, one.from(), "from", FieldType.STRING);
        String to = Target.one(stream, one.to(), "to", FieldType.BOOLEAN);
        yield (event, received, known) ->
            Target.text(event, from).ifPresent(text -> event.put(to, agents.bot(text)));
      }
      case USER_AGENT ->
          texts(
              stream,
              one,
              AGENT,
              text -> {
                Map<String, String> found = new HashMap<>();
                agents.browser(text).ifPresent(browser -> found.put("browser", browser));
                agents.system(text).ifPresent(system -> found.put("os", system));
                agents.device(text).ifPresent(device -> found.put("device", device));
                return Optional.of(found);
              });
      case REFERRER -> texts(stream, one, ORIGIN, this::origin);
      case CAMPAIGN -> texts(stream, one, CAMPAIGN, Steps::campaign);
      case TRUNCATE_IP -> {
        String from = Target.one(stream, one.from(), "from", FieldType.STRING);
        yield (event, received, known) -> truncate(event, from);
      }
      case PSEUDONYM -> pseudonym(stream, one);
    };
  }

  private Deed sender(Stream stream, StepSettings one) {
    String to = Target.one(stream, one.to(), "to", FieldType.STRING);
    int proxies = settings.proxies();
    Function<Circumstances, Optional<String>> what =
        switch (one.from().orElse("")) {
          case "address" -> known -> known.addressBehind(proxies);
          case "user-agent" -> Circumstances::userAgent;
          case "referrer" -> Circumstances::referrer;
          default ->
              throw new IllegalArgumentException("from must be address, user-agent or referrer");
        };
    return (event, received, known) -> Target.fill(event, to, what.apply(known));
  }

  /** A step that reads one text and fills several; empty when the text cannot be read. */
  private static Deed texts(
      Stream stream,
      StepSettings one,
      List<String> parts,
      Function<String, Optional<Map<String, String>>> reading) {
    String from = Target.one(stream, one.from(), "from", FieldType.STRING);
    Map<String, String> targets = Target.several(stream, one.to(), parts);
    return (event, received, known) -> {
      Optional<String> text = Target.text(event, from);
      if (text.isPresent() && !text.get().isBlank()) {
        Map<String, String> found =
            reading.apply(text.get()).orElseThrow(() -> new StepFailedException("cannot be read"));
        targets.forEach(
            (part, field) -> Target.fill(event, field, Optional.ofNullable(found.get(part))));
      }
    };
  }

  private Optional<Map<String, String>> origin(String text) {
    return url(text)
        .filter(url -> url.getHost() != null)
        .map(
            url -> {
              String host = url.getHost().toLowerCase(Locale.ROOT);
              return Map.of("host", host, "medium", referrers.kind(host));
            });
  }

  private static Optional<Map<String, String>> campaign(String text) {
    return url(text)
        .map(
            url -> {
              Map<String, String> found = new HashMap<>();
              String query = url.getRawQuery() == null ? "" : url.getRawQuery();
              for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (pair.startsWith("utm_") && equals > 0 && equals < pair.length() - 1) {
                  found.putIfAbsent(
                      pair.substring("utm_".length(), equals),
                      URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
              }
              return found;
            });
  }

  private static Optional<URI> url(String text) {
    try {
      return text.length() > LONGEST_URL ? Optional.empty() : Optional.of(new URI(text.strip()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** What is no address goes too: it may be one that is written otherwise. */
  private static void truncate(ObjectNode event, String field) throws StepFailedException {
    if (!event.hasNonNull(field)) {
      return;
    }
    String text = event.path(field).asText();
    event.put(field, "");
    event.put(field, Address.truncated(text));
  }

  private Deed pseudonym(Stream stream, StepSettings one) {
    Pseudonyms pseudonyms = new Pseudonyms(settings.pseudonyms());
    List<String> fields = new ArrayList<>();
    for (String name : one.fields()) {
      fields.add(Target.one(stream, Optional.of(name), "fields", FieldType.STRING));
    }
    return (event, received, known) -> {
      for (String field : fields) {
        Target.text(event, field)
            .ifPresent(text -> event.put(field, pseudonyms.of(text, received)));
      }
    };
  }
}
