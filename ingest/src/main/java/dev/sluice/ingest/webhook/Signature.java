package dev.sluice.ingest.webhook;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The sender signs the bytes as sent, by HMAC-SHA256. */
final class Signature implements Verification {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String STANDARD_PREFIX = "whsec_";
  private static final int LONGEST_ID = 256;

  private final VerifySettings way;
  private final List<SecretKeySpec> keys;
  private final Duration tolerance;

  private Signature(VerifySettings way, List<SecretKeySpec> keys, Duration tolerance) {
    this.way = way;
    this.keys = List.copyOf(keys);
    this.tolerance = tolerance;
  }

  static Signature of(VerifySettings way, List<String> secrets, Duration tolerance) {
    List<SecretKeySpec> keys = new ArrayList<>();
    for (String secret : secrets) {
      byte[] key =
          way.by() == VerifySettings.Way.STANDARD
              ? standardKey(secret)
              : secret.getBytes(StandardCharsets.UTF_8);
      keys.add(new SecretKeySpec(key, ALGORITHM));
    }
    return new Signature(way, keys, tolerance);
  }

  private static byte[] standardKey(String secret) {
    try {
      byte[] key =
          Base64.getDecoder()
              .decode(
                  secret.startsWith(STANDARD_PREFIX)
                      ? secret.substring(STANDARD_PREFIX.length())
                      : secret);
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Told below, without a word of the secret.
    }
    throw new IllegalArgumentException("a secret is not whsec_ and Base64");
  }

  /** What a call carries to be verified by. */
  private record Shown(
      String id, String timestamp, List<String> signatures, VerifySettings.Encoding encoding) {
    Shown {
      Objects.requireNonNull(id, "id");
      signatures = List.copyOf(signatures);
    }
  }

  @Override
  public boolean onlyBody() {
    return true;
  }

  @Override
  public Call believed(Call call) {
    return call.signedOnly();
  }

  @Override
  public Verdict of(Call call) {
    Shown shown =
        switch (way.by()) {
          case STRIPE -> stripe(call);
          case STANDARD -> standard(call);
          default -> plain(call);
        };
    if (shown.signatures().isEmpty()) {
      return new Verdict.Doubtful("it has no signature");
    }
    String signs =
        switch (way.by()) {
          case STRIPE -> "{timestamp}.{body}";
          case STANDARD -> "{id}.{timestamp}.{body}";
          default -> way.signs();
        };
    boolean known = false;
    for (SecretKeySpec key : keys) {
      byte[] right = hmac(key, signs, shown, call.body());
      for (String signature : shown.signatures()) {
        known |= MessageDigest.isEqual(right, bytes(signature, shown.encoding()));
      }
    }
    if (!known) {
      return new Verdict.Doubtful("its signature is another");
    }
    if (signs.contains("{timestamp}") && !inTime(shown.timestamp(), call.received())) {
      return new Verdict.Doubtful("its time is more than " + tolerance.toSeconds() + " s from now");
    }
    String id = shown.id().isEmpty() ? own(signs, shown, call.body()) : shown.id();
    return id.length() > LONGEST_ID
        ? new Verdict.Doubtful("its id is too long")
        : new Verdict.Genuine(Optional.of(id));
  }

  /**
   * The id of a call without one: what the first key makes of what is signed. Not what the call
   * shows: signatures may be added to it, left out or written otherwise, and it stays the same
   * call.
   */
  private String own(String signs, Shown shown, Buffer body) {
    return HexFormat.of().formatHex(hmac(keys.get(0), signs, shown, body));
  }

  private boolean inTime(String timestamp, Instant now) {
    try {
      Instant signed = Instant.ofEpochSecond(Long.parseLong(timestamp));
      return Duration.between(signed, now).abs().compareTo(tolerance) <= 0;
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private static Shown stripe(Call call) {
    String timestamp = "";
    List<String> signatures = new ArrayList<>();
    for (String part : call.header("stripe-signature").orElse("").split(",", -1)) {
      String text = part.strip();
      if (text.startsWith("t=")) {
        timestamp = text.substring(2);
      } else if (text.startsWith("v1=")) {
        signatures.add(text.substring(3));
      }
    }
    return new Shown("", timestamp, signatures, VerifySettings.Encoding.HEX);
  }

  private static Shown standard(Call call) {
    List<String> signatures = new ArrayList<>();
    for (String part : call.header("webhook-signature").orElse("").split(" ", -1)) {
      if (part.startsWith("v1,")) {
        signatures.add(part.substring(3));
      }
    }
    String id = call.header("webhook-id").orElse("");
    return new Shown(
        id,
        call.header("webhook-timestamp").orElse(""),
        id.isEmpty() ? List.of() : signatures,
        VerifySettings.Encoding.BASE64);
  }

  private Shown plain(Call call) {
    Optional<String> id = way.id().flatMap(call::header);
    Optional<String> timestamp = way.timestamp().flatMap(call::header);
    String header = call.header(way.name().orElseThrow()).orElse("").strip();
    boolean whole =
        header.startsWith(way.prefix())
            && id.isPresent() == way.id().isPresent()
            && timestamp.isPresent() == way.timestamp().isPresent();
    return new Shown(
        id.orElse(""),
        timestamp.orElse(""),
        whole && !header.isEmpty() ? List.of(header.substring(way.prefix().length())) : List.of(),
        way.encoding());
  }

  /** The text with its places filled: the body goes in as bytes. */
  private static byte[] hmac(SecretKeySpec key, String signs, Shown shown, Buffer body) {
    int place = signs.indexOf("{body}");
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(filled(signs.substring(0, place), shown));
      mac.update(body.getBytes());
      mac.update(filled(signs.substring(place + "{body}".length()), shown));
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] filled(String text, Shown shown) {
    return text.replace("{timestamp}", shown.timestamp())
        .replace("{id}", shown.id())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text, VerifySettings.Encoding encoding) {
    try {
      return encoding == VerifySettings.Encoding.HEX
          ? HexFormat.of().parseHex(text)
          : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
