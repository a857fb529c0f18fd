package dev.sluice.lake.http;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.Secret;
import java.util.Optional;

/** Who is let in: requests meant for this host, with a token where one is set. */
public final class Gate {
  /** Who bears the token; where none is set, everybody. */
  public static final String OWNER = "owner";

  /** Who is let in without saying who it is. */
  private static final String NOBODY = "";

  /** What is said of a request at the gate. */
  sealed interface Verdict {}

  record Enter(String caller) implements Verdict {}

  record Turned(Reply reply) implements Verdict {}

  private static final String BEARER = "Bearer ";

  private final Binding binding;
  private final Bearers bearers;

  /**
   * @param token the owner's, which must be set beyond this machine
   * @param key the setting that sets it, named when it is missing
   * @param bearers of this token and of others
   */
  public Gate(Binding binding, Optional<Secret> token, String key, Bearers bearers) {
    binding.requireCredential(token, key);
    this.binding = binding;
    this.bearers = bearers;
  }

  /** Lets anybody in whose request is meant for this host. */
  Verdict open(Optional<String> authority) {
    return binding.answersTo(authority)
        ? new Enter(NOBODY)
        : new Turned(
            Reply.error(
                403,
                "ForbiddenException",
                "the Host header names a host that is not this machine"));
  }

  Verdict judge(Optional<String> authority, Optional<String> authorization) {
    if (open(authority) instanceof Turned turned) {
      return turned;
    }
    if (bearers.isEmpty()) {
      return new Enter(OWNER);
    }
    Optional<String> caller = authorization.flatMap(this::bearer);
    if (caller.isEmpty()) {
      return new Turned(
          Reply.error(
                  401,
                  "NotAuthorizedException",
                  "a token is needed: send it as 'Authorization: Bearer TOKEN'")
              .with("WWW-Authenticate", "Bearer"));
    }
    return new Enter(caller.get());
  }

  private Optional<String> bearer(String authorization) {
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? bearers.caller(authorization.substring(BEARER.length()).strip())
        : Optional.empty();
  }
}
