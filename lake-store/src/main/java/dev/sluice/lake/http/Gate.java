package dev.sluice.lake.http;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/**
 * Who is let in. Without a token only this machine is, and only by a name of this machine: a web
 * page that points a name of its own at the loopback address is turned away by its Host header.
 */
public final class Gate {
  /** What is said of a request at the gate. */
  sealed interface Verdict {}

  record Enter() implements Verdict {}

  record Turned(Reply reply) implements Verdict {}

  private static final String BEARER = "Bearer ";

  private final String host;
  private final boolean loopback;
  private final Optional<Secret> token;

  public Gate(String service, String host, Optional<Secret> token) {
    this.host = host.toLowerCase(Locale.ROOT);
    this.loopback = isLoopback(host);
    this.token = token;
    if (!loopback && token.isEmpty()) {
      throw new SettingsException(
          service
              + " would listen on '"
              + host
              + "', beyond this machine, without a token: set one, or listen on 127.0.0.1");
    }
  }

  Verdict judge(Optional<String> authority, Optional<String> authorization) {
    if (loopback && !authority.map(this::ofThisMachine).orElse(false)) {
      return new Turned(
          Reply.error(
              403,
              "ForbiddenException",
              "the Host header names another host; this server answers to " + host + " only"));
    }
    if (token.isPresent() && !authorization.map(this::opens).orElse(false)) {
      return new Turned(
          Reply.error(
                  401,
                  "NotAuthorizedException",
                  "a token is needed: send it as 'Authorization: Bearer TOKEN'")
              .with("WWW-Authenticate", "Bearer"));
    }
    return new Enter();
  }

  private boolean ofThisMachine(String authority) {
    String name = authority.toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      name = name.substring(1);
    }
    if (name.endsWith("]")) {
      name = name.substring(0, name.length() - 1);
    }
    return name.equals(host)
        || name.equals("localhost")
        || name.equals("127.0.0.1")
        || name.equals("::1");
  }

  /** Compared by digest, so that the time taken tells nothing of the token. */
  private boolean opens(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return false;
    }
    String offered = authorization.substring(BEARER.length()).strip();
    return MessageDigest.isEqual(
        digest(offered), digest(token.map(Secret::value).orElse("")));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      throw new SettingsException("host '" + host + "' is not known on this machine");
    }
  }
}
