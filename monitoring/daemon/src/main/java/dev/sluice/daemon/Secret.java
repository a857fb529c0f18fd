package dev.sluice.daemon;

/** A value that is never printed. */
public record Secret(String value) {
  public Secret {
    if (value.isBlank()) {
      throw new SettingsException("a secret is blank");
    }
  }

  @Override
  public String toString() {
    return "****";
  }
}
