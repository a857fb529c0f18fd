package dev.sluice.ingest.webhook;

import dev.sluice.daemon.Default;
import java.util.Objects;
import java.util.Optional;

/**
 * How a call shows that it is genuine.
 *
 * @param name the query parameter or the header that holds the secret or the signature; of basic
 *     authentication, the user
 * @param encoding how a header's signature is written
 * @param prefix what stands in front of it
 * @param signs what was signed: text with {@code {body}}, {@code {timestamp}} and {@code {id}}
 * @param timestamp the header of the signed time, in seconds since 1970
 * @param id the header of the call's id
 */
public record VerifySettings(
    Way by,
    Optional<String> name,
    @Default("hex") Encoding encoding,
    @Default("") String prefix,
    @Default("{body}") String signs,
    Optional<String> timestamp,
    Optional<String> id) {
  /** What is shown. */
  public enum Way {
    /** Nothing: whoever knows the address may call. */
    NOTHING,
    /** The secret, as the last part of the path. */
    PATH,
    /** The secret, as a query parameter. */
    QUERY,
    /** The secret, in a header. */
    HEADER,
    /** The secret, as the password of basic authentication. */
    BASIC,
    /** An HMAC-SHA256 in a header, over what the settings say. */
    HMAC,
    /** As Stripe signs: {@code Stripe-Signature: t=…,v1=…}. */
    STRIPE,
    /** As the Standard Webhooks specification says. */
    STANDARD
  }

  /** How bytes are written as text. */
  public enum Encoding {
    HEX,
    BASE64
  }

  public VerifySettings {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(encoding, "encoding");
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(id, "id");
    boolean named = by == Way.QUERY || by == Way.HEADER || by == Way.BASIC || by == Way.HMAC;
    if (named && name.isEmpty()) {
      throw new IllegalArgumentException("to verify by " + word(by) + " it needs a name");
    }
    requirePlace(signs, "{body}", true);
    requirePlace(signs, "{timestamp}", timestamp.isPresent());
    requirePlace(signs, "{id}", id.isPresent());
  }

  /** What is not signed anybody can write: a time or an id that is looked at must be. */
  private static void requirePlace(String signs, String place, boolean wanted) {
    if (signs.contains(place) != wanted) {
      throw new IllegalArgumentException(
          "signs: \"" + signs + "\" must " + (wanted ? "have " : "not have ") + place);
    }
  }

  private static String word(Way way) {
    return way.name().toLowerCase(java.util.Locale.ROOT);
  }
}
