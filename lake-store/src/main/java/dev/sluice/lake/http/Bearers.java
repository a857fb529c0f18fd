package dev.sluice.lake.http;

import dev.sluice.awswire.Digests;
import dev.sluice.daemon.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who bears which token. For a token that lasts, a ticket is given out that does not: a name, a
 * time and the bearer's own secret over both. So every server with the same settings knows it,
 * whichever gave it out and whether it was started since; and it is worth nothing once the secret
 * is another.
 */
public final class Bearers {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String MARK = "ticket";
  private static final int PARTS = 4;

  private final List<Bearer> bearers;
  private final Duration goodFor;
  private final InstantSource clock;

  private record Bearer(String name, Secret token) {
    boolean bears(byte[] offered) {
      return MessageDigest.isEqual(offered, digest(token.value()));
    }
  }

  /** A ticket and for how long it is good. */
  public record Ticket(String text, Duration goodFor) {}

  /**
   * @param tokens by the name of who bears them
   * @param goodFor how long a ticket is good
   */
  public Bearers(Map<String, Secret> tokens, Duration goodFor, InstantSource clock) {
    List<Bearer> all = new ArrayList<>();
    tokens.forEach((name, secret) -> all.add(new Bearer(name, secret)));
    this.bearers = List.copyOf(all);
    this.goodFor = goodFor;
    this.clock = clock;
  }

  /** Whether nobody needs a token. */
  public boolean isEmpty() {
    return bearers.isEmpty();
  }

  /** Who bears a token or a ticket. */
  public Optional<String> caller(String offered) {
    Optional<String> lasting = named(offered);
    return lasting.isPresent() ? lasting : ticketed(offered);
  }

  /** Who bears a token that lasts, if it is whoever it is said to be. */
  public Optional<String> named(String token) {
    // Compared by digest and all of them, so that the time taken tells nothing of any token.
    byte[] digest = digest(token);
    Optional<String> found = Optional.empty();
    for (Bearer each : bearers) {
      found = each.bears(digest) ? Optional.of(each.name()) : found;
    }
    return found;
  }

  /** A ticket for one of the bearers. */
  public Ticket ticket(String name) {
    Bearer bearer =
        bearers.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("nobody is called " + name));
    long until = clock.instant().plus(goodFor).toEpochMilli();
    String text = String.join("~", MARK, coded(name), Long.toString(until), sign(bearer, until));
    return new Ticket(text, goodFor);
  }

  private Optional<String> ticketed(String offered) {
    String[] parts = offered.split("~", -1);
    if (parts.length != PARTS || !parts[0].equals(MARK) || !parts[2].matches("\\d{1,15}")) {
      return Optional.empty();
    }
    long until = Long.parseLong(parts[2]);
    return bearers.stream()
        .filter(each -> coded(each.name()).equals(parts[1]))
        .filter(each -> MessageDigest.isEqual(digest(sign(each, until)), digest(parts[3])))
        .filter(each -> clock.millis() < until)
        .map(Bearer::name)
        .findFirst();
  }

  private static String coded(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String sign(Bearer bearer, long until) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(
          new SecretKeySpec(bearer.token().value().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] signed =
          mac.doFinal(
              (MARK + '\n' + bearer.name() + '\n' + until).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    }
  }

  private static byte[] digest(String text) {
    return Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
