package dev.sluice.ingest.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The sender shows the secret itself: in the path, a parameter, a header or as a password. */
record ShownSecret(VerifySettings.Way by, String name, List<String> secrets)
    implements Verification {
  private static final String BASIC = "basic ";

  ShownSecret {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(name, "name");
    secrets = List.copyOf(secrets);
  }

  @Override
  public String toString() {
    return "ShownSecret " + by;
  }

  @Override
  public Verdict of(Call call) {
    Optional<String> shown =
        switch (by) {
          case PATH -> call.pathSecret();
          case QUERY ->
              call.query(name).filter(node -> node.isTextual()).map(node -> node.asText());
          case HEADER -> call.header(name);
          default -> password(call);
        };
    if (shown.isEmpty()) {
      return new Verdict.Doubtful("it shows no secret");
    }
    byte[] bytes = shown.get().getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (String secret : secrets) {
      known |= MessageDigest.isEqual(bytes, secret.getBytes(StandardCharsets.UTF_8));
    }
    return known
        ? new Verdict.Genuine(Optional.empty())
        : new Verdict.Doubtful("it shows another secret");
  }

  @Override
  public Call believed(Call call) {
    return by == VerifySettings.Way.QUERY ? call.withoutQuery(name) : call;
  }

  private Optional<String> password(Call call) {
    String header = call.header("authorization").orElse("");
    if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return Optional.empty();
    }
    try {
      byte[] pair = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      String text = new String(pair, StandardCharsets.UTF_8);
      return text.startsWith(name + ":")
          ? Optional.of(text.substring(name.length() + 1))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
