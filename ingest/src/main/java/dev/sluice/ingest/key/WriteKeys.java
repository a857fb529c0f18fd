package dev.sluice.ingest.key;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All write keys. A key that is shown is compared with each of them by digest, always with all and
 * always whole, so that the time it takes tells nothing.
 */
public final class WriteKeys {
  /** What the one key for everything is called. */
  public static final String EVERYTHING = "write-key";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final int MOST = 1000;

  private final List<Entry> entries;
  private final Lockout lockout;
  private final InstantSource clock;

  public WriteKeys(
      Secret everything,
      Map<String, KeySettings> named,
      LockoutSettings lockout,
      InstantSource clock) {
    require(Optional.of(everything), named);
    List<Entry> all = new ArrayList<>();
    all.add(
        new Entry(
            digest(everything.value()),
            new WriteKey(
                EVERYTHING,
                Scope.of(List.of("*")),
                Allowance.UNLIMITED,
                WriteKey.Use.EVERYTHING,
                clock)));
    new TreeMap<>(named)
        .forEach(
            (name, settings) ->
                all.add(
                    new Entry(
                        digest(settings.key().value()),
                        new WriteKey(
                            name,
                            settings.scope(),
                            settings.allowance(),
                            settings.browser() ? WriteKey.Use.BROWSER : WriteKey.Use.EVENTS,
                            clock))));
    this.entries = List.copyOf(all);
    this.lockout = new Lockout(lockout);
    this.clock = clock;
  }

  /** The one key for everything and no other. */
  public static WriteKeys only(Secret everything, InstantSource clock) {
    return new WriteKeys(everything, Map.of(), LockoutSettings.standard(), clock);
  }

  /** Refuses keys that cannot be told apart or have no usable name. */
  public static void require(Optional<Secret> everything, Map<String, KeySettings> named) {
    if (named.size() > MOST) {
      throw new SettingsException("there are " + named.size() + " keys; have " + MOST + " at most");
    }
    Map<String, String> owners = new TreeMap<>();
    everything.ifPresent(secret -> owners.put(secret.value(), EVERYTHING));
    new TreeMap<>(named)
        .forEach(
            (name, settings) -> {
              if (!NAME.matcher(name).matches() || name.equals(EVERYTHING)) {
                throw new SettingsException(
                    "a key is called '"
                        + name
                        + "'; use lower-case letters, digits and dashes, 64 at most, and not "
                        + EVERYTHING);
              }
              String other = owners.put(settings.key().value(), name);
              if (other != null) {
                throw new SettingsException("the keys " + other + " and " + name + " are the same");
              }
            });
  }

  /** Looks at a key that was shown from an address; a wrong one is remembered for a while. */
  public Showing show(String address, String shown) {
    Instant now = clock.instant();
    Optional<Duration> locked = lockout.locked(address, now);
    if (locked.isPresent()) {
      return new Showing.LockedOut(locked.get());
    }
    byte[] digest = digest(shown);
    List<WriteKey> found = new ArrayList<>(1);
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.digest, digest)) {
        found.add(entry.key);
      }
    }
    if (found.isEmpty()) {
      lockout.wrong(address, now);
      return new Showing.Unknown();
    }
    return new Showing.Known(found.get(0));
  }

  /** All keys, the one for everything first. */
  public List<WriteKey> all() {
    return entries.stream().map(entry -> entry.key).toList();
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Not a record: those are for values, and an array is none. */
  private static final class Entry {
    private final byte[] digest;
    private final WriteKey key;

    private Entry(byte[] digest, WriteKey key) {
      this.digest = digest;
      this.key = key;
    }
  }
}
