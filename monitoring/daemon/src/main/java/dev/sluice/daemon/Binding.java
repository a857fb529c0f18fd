package dev.sluice.daemon;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a daemon listens. Loopback is open to whoever is on the machine; anything wider starts only
 * with a credential. On loopback a request must also name a loopback host, or a web page that has
 * its name resolve to 127.0.0.1 could speak to the daemon through a visitor's browser.
 */
public record Binding(String host, int port) {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

  public Binding {
    if (host.isBlank()) {
      throw new SettingsException("a host to listen on is blank");
    }
    if (port < 0 || port > 65_535) {
      throw new SettingsException("port " + port + " is not between 0 and 65535");
    }
  }

  public boolean loopback() {
    return isLoopback(host);
  }

  /**
   * Refuses to listen beyond loopback unless {@code credential} is set; {@code key} is the setting
   * that sets it.
   */
  public void requireCredential(Optional<Secret> credential, String key) {
    if (!loopback() && credential.isEmpty()) {
      throw new SettingsException(
          "host "
              + host
              + " is not loopback, so '"
              + key
              + "' must be set before anything listens");
    }
  }

  /** Why nothing can listen here, in one line. */
  public IOException refused(Throwable cause) {
    return new IOException(
        "cannot listen on "
            + host
            + ":"
            + port
            + ": "
            + cause.getMessage()
            + "; stop what listens there, or set another port",
        cause);
  }

  /** Whether a request whose Host header is {@code authority} was meant for this daemon. */
  public boolean answersTo(Optional<String> authority) {
    return !loopback() || authority.map(Binding::hostOf).map(Binding::isLoopback).orElse(true);
  }

  private static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  private static String hostOf(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
