package dev.sluice.ingest.key;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers which addresses showed wrong keys, a bounded number of them. */
final class Lockout {
  private static final int NETWORK_BYTES = 8;

  private final LockoutSettings settings;
  private final Map<String, Misses> misses = new LinkedHashMap<>();

  Lockout(LockoutSettings settings) {
    this.settings = settings;
  }

  /** How long no key from there is looked at; empty when it is. */
  synchronized Optional<Duration> locked(String address, Instant now) {
    if (misses.isEmpty()) {
      return Optional.empty();
    }
    String peer = peer(address);
    Misses known = misses.get(peer);
    if (known == null) {
      return Optional.empty();
    }
    Instant until = known.last.plus(settings.pause());
    if (!now.isBefore(until)) {
      misses.remove(peer);
      return Optional.empty();
    }
    // A clock set back must not lock anybody out for longer than a pause.
    Duration left = Duration.between(now, until);
    return known.count < settings.after()
        ? Optional.empty()
        : Optional.of(left.compareTo(settings.pause()) > 0 ? settings.pause() : left);
  }

  synchronized void wrong(String address, Instant now) {
    if (settings.after() == 0) {
      return;
    }
    String peer = peer(address);
    Misses known = misses.get(peer);
    misses.put(peer, new Misses(known == null ? 1 : known.count + 1, now));
    if (misses.size() > settings.addresses()) {
      misses.remove(misses.keySet().iterator().next());
    }
  }

  synchronized int remembered() {
    return misses.size();
  }

  /** One sender has a whole network of IPv6 addresses: those count as one. */
  private static String peer(String address) {
    if (!address.contains(":")) {
      return address;
    }
    try {
      int zone = address.indexOf('%');
      InetAddress parsed = InetAddress.getByName(zone < 0 ? address : address.substring(0, zone));
      return parsed instanceof Inet6Address
          ? Arrays.toString(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
          : parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return address;
    }
  }

  private record Misses(int count, Instant last) {}
}
