package dev.sluice.lake;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.access.Grant;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.catalog.FileAccess;
import dev.sluice.lake.catalog.FileCredentials;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Keys of our own store that are good for the files under some locations, for a day. One is lent
 * again while half of its time is left, so there are no more of them than tables in use.
 */
final class LentKeys {
  private static final Duration GOOD_FOR = Duration.ofHours(24);
  private static final int RANDOM_BYTES = 20;

  private record Loan(List<String> locations, FileCredentials.Use use) {}

  private final Access access;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<Loan, FileCredentials.Handed> lent = new HashMap<>();

  LentKeys(Access access, InstantSource clock, RandomGenerator random) {
    this.access = access;
    this.clock = clock;
    this.random = random;
  }

  synchronized FileCredentials.Handed of(List<String> locations, FileCredentials.Use use) {
    Instant now = clock.instant();
    lent.values().removeIf(handed -> left(handed, now).compareTo(GOOD_FOR.dividedBy(2)) < 0);
    return lent.computeIfAbsent(new Loan(locations, use), loan -> lend(loan, now));
  }

  private static Duration left(FileCredentials.Handed handed, Instant now) {
    return Duration.between(now, handed.expires().orElseThrow());
  }

  private FileCredentials.Handed lend(Loan loan, Instant now) {
    String id = "lent-" + hex();
    Secret secret = new Secret(hex());
    Instant expires = now.plus(GOOD_FOR);
    Right right = loan.use() == FileCredentials.Use.READ ? Right.READ : Right.WRITE;
    List<Grant> grants = loan.locations().stream().map(location -> grant(location, right)).toList();
    access.lend(
        new AccessKey(
            id, secret, AccessKey.MAIN, Optional.of(expires), Optional.empty(), List.of(), grants),
        now);
    return new FileCredentials.Handed(
        Optional.of(new FileAccess.Keys(id, secret)), Optional.of(expires));
  }

  /** With a slash at the end, for a table's neighbour may have its name and more. */
  private static Grant grant(String location, Right right) {
    String plain = location.replaceFirst("^s3[an]://", "s3://").replaceFirst("/+$", "");
    String rest = plain.substring("s3://".length());
    int slash = rest.indexOf('/');
    return slash < 0
        ? new Grant(rest, "", right)
        : new Grant(rest.substring(0, slash), rest.substring(slash + 1) + "/", right);
  }

  private String hex() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
