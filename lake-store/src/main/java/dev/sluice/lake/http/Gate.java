package dev.sluice.lake.http;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is let in: requests meant for this host, with a token where one is set. */
public final class Gate {
  /** Who bears the token; where none is set, everybody. */
  public static final String OWNER = "owner";

  /** What is said of a request at the gate. */
  sealed interface Verdict {}

  record Enter(String caller) implements Verdict {}

  record Turned(Reply reply) implements Verdict {}

  private static final String BEARER = "Bearer ";

  private final Binding binding;
  private final List<Bearer> bearers;

  private record Bearer(String name, Secret token) {
    boolean bears(byte[] offered) {
      return MessageDigest.isEqual(offered, digest(token.value()));
    }
  }

  /**
   * @param key the setting that sets the token, named when it is missing
   * @param others further tokens by the name of who bears them
   */
  public Gate(Binding binding, Optional<Secret> token, String key, Map<String, Secret> others) {
    binding.requireCredential(token, key);
    this.binding = binding;
    List<Bearer> all = new ArrayList<>();
    token.ifPresent(secret -> all.add(new Bearer(OWNER, secret)));
    others.forEach((name, secret) -> all.add(new Bearer(name, secret)));
    this.bearers = List.copyOf(all);
  }

  Verdict judge(Optional<String> authority, Optional<String> authorization) {
    if (!binding.answersTo(authority)) {
      return new Turned(
          Reply.error(
              403, "ForbiddenException", "the Host header names a host that is not this machine"));
    }
    if (bearers.isEmpty()) {
      return new Enter(OWNER);
    }
    Optional<Bearer> bearer = authorization.flatMap(this::bearer);
    if (bearer.isEmpty()) {
      return new Turned(
          Reply.error(
                  401,
                  "NotAuthorizedException",
                  "a token is needed: send it as 'Authorization: Bearer TOKEN'")
              .with("WWW-Authenticate", "Bearer"));
    }
    return new Enter(bearer.get().name());
  }

  /** Compared by digest and all of them, so that the time taken tells nothing of any token. */
  private Optional<Bearer> bearer(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.empty();
    }
    byte[] offered = digest(authorization.substring(BEARER.length()).strip());
    Optional<Bearer> found = Optional.empty();
    for (Bearer each : bearers) {
      found = each.bears(offered) ? Optional.of(each) : found;
    }
    return found;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
