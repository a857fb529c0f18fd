package dev.sluice.awswire;

/** An access key with its secret; the secret never shows in text. */
public record Credential(String accessKey, String secretKey) {
  public Credential {
    if (accessKey.isBlank() || secretKey.isBlank()) {
      throw new IllegalArgumentException("an access key and its secret must not be blank");
    }
  }

  @Override
  public String toString() {
    return "Credential[" + accessKey + ", ****]";
  }
}
