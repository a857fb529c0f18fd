package dev.sluice.lake.access;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key, its secret, and what it is good for: nothing but what is granted.
 *
 * @param account whose buckets it sees and whose the buckets it creates are
 * @param expires from then on it is as good as unknown
 * @param right short for a grant of this right on each of {@code buckets}, or on every bucket when
 *     none is named
 */
public record AccessKey(
    String id,
    Secret secret,
    @Default("main") String account,
    Optional<Instant> expires,
    Optional<Right> right,
    @Default("") List<String> buckets,
    @Default("") List<Grant> grants) {
  /** The account of whoever names none. */
  public static final String MAIN = "main";

  public AccessKey {
    if (!id.matches("[A-Za-z0-9_.-]{3,128}")) {
      throw new SettingsException(
          "the access key id '" + id + "' must be 3 to 128 letters, digits, '_', '.' and '-'");
    }
    if (!account.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new SettingsException(
          "the account '" + account + "' must be lower-case letters, digits and '-'");
    }
    buckets = List.copyOf(buckets);
    grants = List.copyOf(grants);
    if (right.isEmpty() && !buckets.isEmpty()) {
      throw new SettingsException("key '" + id + "' names buckets without a right on them");
    }
    if (right.isEmpty() && grants.isEmpty()) {
      throw new SettingsException(
          "key '" + id + "' may do nothing: set right (read, write, own), or grants");
    }
  }

  /** A key of the main account for everything in it. */
  public static AccessKey owner(String id, Secret secret) {
    return of(id, secret, List.of(Grant.everywhere(Right.OWN)));
  }

  /** A key of the main account that does not expire. */
  public static AccessKey of(String id, Secret secret, List<Grant> grants) {
    return new AccessKey(id, secret, MAIN, Optional.empty(), Optional.empty(), List.of(), grants);
  }

  /** Everything granted, however it was written. */
  List<Grant> granted() {
    List<Grant> all = new ArrayList<>(grants);
    if (right.isPresent() && buckets.isEmpty()) {
      all.add(Grant.everywhere(right.get()));
    }
    for (String bucket : buckets) {
      all.add(Grant.on(bucket, right.orElseThrow()));
    }
    return all;
  }

  boolean expired(Instant at) {
    return expires.isPresent() && !at.isBefore(expires.get());
  }
}
