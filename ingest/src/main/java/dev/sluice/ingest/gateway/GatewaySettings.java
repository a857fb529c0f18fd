package dev.sluice.ingest.gateway;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The gateway's table.
 *
 * @param stages the routes of each stage; its name is the first part of their paths
 */
public record GatewaySettings(Map<String, StageSettings> stages) {
  private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /** What the door has itself. */
  private static final Set<String> TAKEN = Set.of("v1", "healthz", "metrics", "readyz");

  public GatewaySettings {
    stages = Map.copyOf(stages);
    for (String stage : stages.keySet()) {
      if (!STAGE.matcher(stage).matches() || TAKEN.contains(stage)) {
        throw new SettingsException(
            "the stage '" + stage + "': use lower-case letters, digits and dashes, not v1");
      }
    }
  }

  /** One stage. */
  public record StageSettings(List<RouteSettings> routes) {
    public StageSettings {
      routes = List.copyOf(routes);
      if (routes.isEmpty()) {
        throw new SettingsException("a stage without routes");
      }
    }
  }

  /** Whether a route wants a key. */
  public enum Access {
    /** One of the door's keys. */
    KEY,
    /** Anybody may come, or the service asks for itself. */
    OPEN
  }

  /**
   * One route.
   *
   * @param path below the stage; at its end {@code /*} stands for anything
   * @param methods those it is for; without any, all
   * @param upstream the HTTP service; its path takes the place of the route's
   * @param service the path of a service of ours, such as {@code /v1/streams/clicks/events}
   * @param keys names of the keys that open it; without any, each does
   * @param rate requests a second; without it, any number
   * @param burst requests at once after a pause; the same as the rate unless told otherwise
   * @param request what is done to the headers on the way there
   * @param answer what is done to the headers on the way back
   * @param connectTimeout until the service takes the connection
   * @param answerTimeout from the request's last byte to the answer's first
   * @param stallTimeout without a byte in either direction
   * @param concurrent requests under way at a time
   */
  public record RouteSettings(
      String path,
      List<String> methods,
      Optional<URI> upstream,
      Optional<String> service,
      @Default("key") Access access,
      List<String> keys,
      Optional<Integer> rate,
      Optional<Integer> burst,
      HeaderSettings request,
      HeaderSettings answer,
      @Default("2s") Duration connectTimeout,
      @Default("30s") Duration answerTimeout,
      @Default("30s") Duration stallTimeout,
      @Default("100") int concurrent,
      BreakerSettings breaker) {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*(/\\*|/)?");

    public RouteSettings {
      methods = methods.stream().map(method -> method.toUpperCase(Locale.ROOT)).toList();
      Objects.requireNonNull(upstream, "upstream");
      Objects.requireNonNull(service, "service");
      Objects.requireNonNull(access, "access");
      keys = List.copyOf(keys);
      Objects.requireNonNull(rate, "rate");
      Objects.requireNonNull(burst, "burst");
      Objects.requireNonNull(request, "request");
      Objects.requireNonNull(answer, "answer");
      Objects.requireNonNull(breaker, "breaker");
      if (path.isEmpty() || !PATH.matcher(path).matches() || path.contains("/.")) {
        throw new SettingsException("path '" + path + "': write /orders or /orders/*");
      }
      if (upstream.isPresent() == service.isPresent()) {
        throw new SettingsException("path " + path + ": give an upstream or a service");
      }
      upstream.ifPresent(uri -> requireHttp(path, uri));
      if (service.isPresent() && !service.get().startsWith("/v1/")) {
        throw new SettingsException("path " + path + ": a service of ours is below /v1/");
      }
      if (service.isPresent() && !request.nothing()) {
        throw new SettingsException(
            "path " + path + ": a service of ours takes the headers as they come");
      }
      if (access == Access.OPEN && !keys.isEmpty()) {
        throw new SettingsException("path " + path + ": it is open, so its keys are not asked for");
      }
      if (burst.isPresent() && rate.isEmpty()) {
        throw new SettingsException("path " + path + ": a burst without a rate");
      }
      requirePositive(path, connectTimeout, answerTimeout, stallTimeout);
      if (concurrent < 1 || concurrent > 4096) {
        throw new SettingsException("path " + path + ": concurrent must be 1 to 4096");
      }
    }

    private static void requireHttp(String path, URI uri) {
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getUserInfo() != null) {
        throw new SettingsException(
            "path " + path + ": the upstream must be such as http://127.0.0.1:9001/base");
      }
    }

    private static void requirePositive(String path, Duration... durations) {
      for (Duration duration : durations) {
        if (duration.isNegative() || duration.isZero()) {
          throw new SettingsException("path " + path + ": timeouts must be positive");
        }
      }
    }
  }

  /**
   * What is done to headers: first some are removed, then set, then added.
   *
   * @param remove their names
   * @param set in the place of whatever came
   * @param add beside whatever came
   */
  public record HeaderSettings(
      List<String> remove, Map<String, String> set, Map<String, String> add) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    public HeaderSettings {
      remove = List.copyOf(remove);
      set = Map.copyOf(set);
      add = Map.copyOf(add);
      remove.forEach(HeaderSettings::requireName);
      set.forEach(HeaderSettings::requireHeader);
      add.forEach(HeaderSettings::requireHeader);
    }

    boolean nothing() {
      return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }

    private static void requireHeader(String name, String value) {
      requireName(name);
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
        throw new SettingsException("the header " + name + " has a control character");
      }
    }

    private static void requireName(String name) {
      if (!NAME.matcher(name).matches()) {
        throw new SettingsException("'" + name + "' is no header's name");
      }
    }
  }

  /**
   * When a service is left alone.
   *
   * @param failures so many in a row open the circuit
   * @param pause until one request may try again
   */
  public record BreakerSettings(@Default("5") int failures, @Default("10s") Duration pause) {
    public BreakerSettings {
      if (failures < 1 || pause.isNegative() || pause.isZero()) {
        throw new SettingsException("a breaker's failures and pause must be positive");
      }
    }
  }
}
