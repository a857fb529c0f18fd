package dev.sluice.lake.access;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;

/**
 * A right on the keys of a bucket that start with a prefix. Right {@code own} is on whole buckets
 * only, for what it gives concerns all of one.
 *
 * @param bucket its name, or {@code *}: every bucket of the key's account
 * @param prefix of keys; none for all of them
 */
public record Grant(@Default("*") String bucket, @Default("") String prefix, Right right) {
  private static final String EVERY = "*";

  public Grant {
    if (bucket.isEmpty() || (bucket.contains(EVERY) && !bucket.equals(EVERY))) {
      throw new SettingsException("bucket '" + bucket + "' must be a bucket's name, or *");
    }
    if (right == Right.OWN && !prefix.isEmpty()) {
      throw new SettingsException(
          "own is a right on whole buckets: leave out prefix '" + prefix + "', or grant write");
    }
  }

  /** The right on all keys of a bucket. */
  public static Grant on(String bucket, Right right) {
    return new Grant(bucket, "", right);
  }

  /** The right on every bucket. */
  public static Grant everywhere(Right right) {
    return on(EVERY, right);
  }

  boolean permits(Right wanted, Target target) {
    return right.compareTo(wanted) >= 0 && covers(target);
  }

  private boolean covers(Target target) {
    if (target instanceof Target.Bucket one) {
      return named(one.name());
    }
    if (target instanceof Target.Listing listing) {
      return named(listing.bucket()) && listing.prefix().startsWith(prefix);
    }
    if (target instanceof Target.Key key) {
      return named(key.bucket()) && key.key().startsWith(prefix);
    }
    return true;
  }

  private boolean named(String name) {
    return bucket.equals(EVERY) || bucket.equals(name);
  }
}
