package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.key.WriteKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of a client from one connection to the next: which packets of QoS 2 it has not
 * released, so that one that comes again is not appended again.
 */
final class Session {
  /** Where a packet of QoS 2 stands. */
  enum Exactly {
    /** It has not been seen, or has been released since. */
    NEW,
    /** The log has been asked and has not answered. */
    UNDER_WAY,
    /** The log has it; the client may release it. */
    RECEIVED
  }

  private final String id;
  // Most clients never have one.
  private Map<Integer, Exactly> packets = Map.of();
  private Optional<Client> client = Optional.empty();
  private Optional<Will> will = Optional.empty();
  private long expiryMillis;
  private long leftMillis;
  private int openAtLeave;

  Session(String id) {
    this.id = id;
  }

  /** The id of a client's session: two keys' clients have nothing in common. */
  static String id(WriteKey key, String clientId) {
    return key.name() + "\n" + clientId;
  }

  String id() {
    return id;
  }

  Exactly state(int packet) {
    return packets.getOrDefault(packet, Exactly.NEW);
  }

  int open() {
    return packets.size();
  }

  void begin(int packet) {
    if (packets.isEmpty()) {
      packets = new HashMap<>(4);
    }
    packets.put(packet, Exactly.UNDER_WAY);
  }

  void received(int packet) {
    packets.put(packet, Exactly.RECEIVED);
  }

  /** Whether there was one. */
  boolean release(int packet) {
    return !packets.isEmpty() && packets.remove(packet) != null;
  }

  Optional<Client> client() {
    return client;
  }

  void enter(Client now, Optional<Will> last, long expiry) {
    client = Optional.of(now);
    will = last;
    expiryMillis = expiry;
  }

  void leave(long nowMillis) {
    client = Optional.empty();
    leftMillis = nowMillis;
    openAtLeave = packets.size();
  }

  /** The will, which is nobody's then. */
  Optional<Will> takeWill() {
    Optional<Will> last = will;
    will = Optional.empty();
    return last;
  }

  Optional<Will> will() {
    return will;
  }

  long expiryMillis() {
    return expiryMillis;
  }

  void expireAfter(long millis) {
    expiryMillis = millis;
  }

  /** How many packets it has remembered since; no more are begun while it is away. */
  int openAtLeave() {
    return openAtLeave;
  }

  long leftMillis() {
    return leftMillis;
  }
}
