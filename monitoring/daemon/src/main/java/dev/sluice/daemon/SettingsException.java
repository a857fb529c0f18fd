package dev.sluice.daemon;

/**
 * Settings that cannot be run with. The message is one line: what is wrong, which key, what to do.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }
}
