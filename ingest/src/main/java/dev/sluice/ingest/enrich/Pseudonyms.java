package dev.sluice.ingest.enrich;

import dev.sluice.ingest.enrich.EnrichmentSettings.PseudonymSettings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names in place of names: the same one for the same text within a period, another in the next. A
 * period's key is made of the secret, so whoever has the secret finds everybody again, and nobody
 * else.
 */
final class Pseudonyms {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 16;

  private final String key;
  private final SecretKeySpec secret;
  private final long periodSeconds;

  Pseudonyms(PseudonymSettings settings) {
    this.key = settings.key();
    this.secret =
        new SecretKeySpec(
            settings
                .secret()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "pseudonyms need a secret: set enrichment.pseudonyms.secret"))
                .value()
                .getBytes(StandardCharsets.UTF_8),
            ALGORITHM);
    this.periodSeconds = settings.period().toSeconds();
  }

  /** The key's name, the period's number and 128 bits: {@code a684.Zk3…}. */
  String of(String text, Instant received) {
    String period = key + Math.floorDiv(received.getEpochSecond(), periodSeconds);
    byte[] own = hmac(secret, period);
    byte[] name = hmac(new SecretKeySpec(own, ALGORITHM), text);
    return period
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(name, BYTES));
  }

  private static byte[] hmac(SecretKeySpec with, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(with);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
