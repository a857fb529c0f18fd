package dev.sluice.ingest.mqtt;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sessions of all clients, in memory: a client that is away is remembered until its session
 * expires or more are away, or more packets of theirs, than are kept. All on the server's one event
 * loop.
 */
final class Sessions {
  /** How a client begins. */
  enum Start {
    CLEAN,
    RESUMED
  }

  /** How a client ends: it took leave, so its will is void, or it is just gone. */
  enum Leave {
    TAKEN,
    NOT_TAKEN
  }

  /** A session as a client comes to it, and whether it is an earlier one. */
  record Entered(Session session, boolean present) {}

  private final int most;
  private final int mostPackets;
  private final long mostWillBytes;
  private final InstantSource clock;
  private final Consumer<Will> wills;
  private final Map<String, Session> here = new HashMap<>();
  // The first to leave comes first.
  private final Map<String, Session> away = new LinkedHashMap<>();
  private int awayPackets;
  private long willBytes;

  /**
   * @param most sessions of clients that are away
   * @param mostPackets packets of theirs
   * @param mostWillBytes bytes of all wills
   */
  Sessions(
      int most, int mostPackets, long mostWillBytes, InstantSource clock, Consumer<Will> wills) {
    this.most = most;
    this.mostPackets = mostPackets;
    this.mostWillBytes = mostWillBytes;
    this.clock = clock;
    this.wills = wills;
  }

  /** Whether one more will may be kept, where an earlier one of the session makes room. */
  boolean hasRoom(String id, Will will) {
    Optional<Session> earlier = Optional.ofNullable(here.getOrDefault(id, away.get(id)));
    long freed = earlier.flatMap(Session::will).map(Will::bytes).orElse(0L);
    return willBytes - freed + will.bytes() <= mostWillBytes;
  }

  private Optional<Will> take(Session session) {
    Optional<Will> will = session.takeWill();
    willBytes -= will.map(Will::bytes).orElse(0L);
    return will;
  }

  /** The session of that id for a client; another that is in it must go. */
  Entered enter(String id, Client client, Optional<Will> will, Start start, long expiryMillis) {
    Session earlier = here.get(id);
    if (earlier != null) {
      earlier.client().ifPresent(Client::takenOver);
    }
    Session session = away.remove(id);
    awayPackets -= session == null ? 0 : session.openAtLeave();
    // Who comes back before the delay is over has not ended.
    boolean continues = session != null && start == Start.RESUMED;
    if (session != null) {
      Optional<Will> last = take(session);
      if (!continues) {
        last.ifPresent(wills);
      }
    }
    if (!continues) {
      session = new Session(id);
    }
    here.put(id, session);
    session.enter(client, will, expiryMillis);
    willBytes += will.map(Will::bytes).orElse(0L);
    return new Entered(session, continues);
  }

  /** The client has gone, and with it a session that does not outlive it. */
  void leave(Session session, Leave leave) {
    here.remove(session.id(), session);
    session.leave(clock.millis());
    if (leave == Leave.TAKEN) {
      take(session);
    }
    if (session.expiryMillis() == 0) {
      take(session).ifPresent(wills);
      return;
    }
    if (session.will().filter(last -> last.delay().isZero()).isPresent()) {
      take(session).ifPresent(wills);
    }
    away.put(session.id(), session);
    awayPackets += session.openAtLeave();
    Iterator<Session> eldest = away.values().iterator();
    while (away.size() > most || awayPackets > mostPackets) {
      forget(eldest.next(), eldest);
    }
  }

  private void forget(Session session, Iterator<Session> at) {
    at.remove();
    awayPackets -= session.openAtLeave();
    take(session).ifPresent(wills);
  }

  /** Speaks wills that are due, and forgets sessions that are over. */
  void sweep() {
    long now = clock.millis();
    Iterator<Session> sessions = away.values().iterator();
    while (sessions.hasNext()) {
      Session session = sessions.next();
      long gone = now - session.leftMillis();
      if (gone >= session.expiryMillis()) {
        forget(session, sessions);
      } else if (session.will().filter(last -> gone >= last.delay().toMillis()).isPresent()) {
        take(session).ifPresent(wills);
      }
    }
  }

  /** Speaks every will whose client has gone: nobody will be here to do it when it is due. */
  void close() {
    away.values().forEach(session -> take(session).ifPresent(wills));
  }

  List<Client> clients() {
    List<Client> clients = new ArrayList<>(here.size());
    here.values().forEach(session -> session.client().ifPresent(clients::add));
    return clients;
  }

  long willBytes() {
    return willBytes;
  }

  int kept() {
    return away.size();
  }
}
