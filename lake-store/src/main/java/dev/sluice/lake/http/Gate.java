package dev.sluice.lake.http;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Who is let in: requests meant for this host, with the token where one is set. */
public final class Gate {
  /** What is said of a request at the gate. */
  sealed interface Verdict {}

  record Enter() implements Verdict {}

  record Turned(Reply reply) implements Verdict {}

  private static final String BEARER = "Bearer ";

  private final Binding binding;
  private final Optional<byte[]> tokenDigest;

  /**
   * @param key the setting that sets the token, named when it is missing
   */
  public Gate(Binding binding, Optional<Secret> token, String key) {
    binding.requireCredential(token, key);
    this.binding = binding;
    this.tokenDigest = token.map(secret -> digest(secret.value()));
  }

  Verdict judge(Optional<String> authority, Optional<String> authorization) {
    if (!binding.answersTo(authority)) {
      return new Turned(
          Reply.error(
              403, "ForbiddenException", "the Host header names a host that is not this machine"));
    }
    if (tokenDigest.isPresent() && !authorization.map(this::opens).orElse(false)) {
      return new Turned(
          Reply.error(
                  401,
                  "NotAuthorizedException",
                  "a token is needed: send it as 'Authorization: Bearer TOKEN'")
              .with("WWW-Authenticate", "Bearer"));
    }
    return new Enter();
  }

  /** Compared by digest, so that the time taken tells nothing of the token. */
  private boolean opens(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return false;
    }
    byte[] offered = digest(authorization.substring(BEARER.length()).strip());
    return tokenDigest.map(expected -> MessageDigest.isEqual(offered, expected)).orElse(true);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
