package dev.sluice.ingest.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A wire to a server that speaks HTTP/1.1, passed on byte by byte, so that signatures hold. It
 * knows of requests only how they begin, which is enough to lose the answers of those that change
 * something, and to tell a commit and a merge when they pass.
 */
final class Wire implements AutoCloseable {
  /** How the wire is. */
  enum Weather {
    CLEAR,
    /** Every piece takes its time. */
    SLOW,
    /** Nothing passes until the weather changes. */
    STALLED,
    /** The server is not asked: 503 or 500 comes back. */
    ERRORS,
    /** What changes something is done, and nobody hears of it. */
    LOST_ANSWERS
  }

  /** A moment in a commit's life. */
  enum Moment {
    COMMIT_ASKED,
    COMMIT_ANSWERED,
    MERGE_ASKED,
    MERGE_ANSWERED
  }

  private record Ambush(Moment moment, Runnable deed) {}

  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(120);
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

  private final ServerSocket server;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool(Wire::daemon);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Ambush> ambush = new AtomicReference<>();
  private volatile Weather weather = Weather.CLEAR;
  private volatile boolean closed;
  private volatile boolean unavailable;

  /** To a port of this machine, where the server need not listen yet. */
  Wire(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    return thread;
  }

  String address() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  void weather(Weather next) {
    weather = next;
  }

  /** Does something once, when the next such moment comes; the wire waits for it to be done. */
  void lieInWait(Moment moment, Runnable deed) {
    ambush.set(new Ambush(moment, deed));
  }

  void giveUp() {
    ambush.set(null);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      open.add(upstream);
      Exchange exchange = new Exchange(client, upstream);
      threads.execute(exchange::answers);
      exchange.requests();
      open.remove(upstream);
    } catch (IOException e) {
      // Either side is gone: both are closed.
    } finally {
      open.remove(client);
    }
  }

  /** One connection. Requests follow one another: each is answered before the next begins. */
  private final class Exchange {
    private final Socket client;
    private final Socket upstream;
    private volatile boolean changing;
    private volatile boolean commit;
    private volatile boolean merge;

    Exchange(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void requests() throws IOException {
      byte[] piece = new byte[1 << 16];
      InputStream in = client.getInputStream();
      OutputStream out = upstream.getOutputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        note(new String(piece, 0, read, StandardCharsets.ISO_8859_1));
        if (weather == Weather.ERRORS) {
          refuse();
          return;
        }
        hold(weather);
        if (merge) {
          fall(Moment.MERGE_ASKED);
        } else if (commit) {
          fall(Moment.COMMIT_ASKED);
        }
        out.write(piece, 0, read);
        out.flush();
      }
    }

    void answers() {
      byte[] piece = new byte[1 << 16];
      try (client;
          upstream) {
        InputStream in = upstream.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          if (merge) {
            fall(Moment.MERGE_ANSWERED);
          } else if (commit) {
            fall(Moment.COMMIT_ANSWERED);
          }
          if (changing && weather == Weather.LOST_ANSWERS) {
            return;
          }
          hold(weather);
          out.write(piece, 0, read);
          out.flush();
        }
      } catch (IOException e) {
        // Either side is gone: both are closed.
      }
    }

    private void note(String piece) {
      if (piece.startsWith("GET ") || piece.startsWith("HEAD ") || piece.startsWith("DELETE ")) {
        changing = false;
        commit = false;
        merge = false;
      } else if (piece.startsWith("POST ") || piece.startsWith("PUT ")) {
        String line = piece.substring(0, Math.max(0, piece.indexOf('\r')));
        changing = true;
        commit = line.contains("/tables/") || line.contains("/transactions/commit");
        merge = false;
      }
      merge |= commit && piece.contains("\"operation\":\"replace\"");
    }

    private void refuse() throws IOException {
      unavailable = !unavailable;
      String line = unavailable ? "503 Service Unavailable" : "500 Internal Server Error";
      String answer = "HTTP/1.1 " + line + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().flush();
      client.shutdownOutput();
    }

    private void fall(Moment moment) {
      Optional<Ambush> set =
          Optional.ofNullable(ambush.get()).filter(found -> found.moment() == moment);
      if (set.isPresent() && ambush.compareAndSet(set.get(), null)) {
        set.get().deed().run();
      }
    }

    private void hold(Weather found) {
      if (found == Weather.SLOW) {
        LockSupport.parkNanos(DELAY);
      }
      while (weather == Weather.STALLED && !closed) {
        LockSupport.parkNanos(LOOK);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    for (Socket each : open) {
      each.close();
    }
    threads.shutdownNow();
  }
}
