package dev.sluice.ingest.bench;

import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.DoorProcess;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends made-up shop events to a door as cheaply as a sender can: requests written beforehand, a
 * socket a thread. At a rate, a request's time counts from when it was due, so that waiting for a
 * slow answer counts too.
 */
final class DoorSender {
  private static final int BODIES = 64;
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));

  /**
   * What came of it.
   *
   * @param micros of each request, sorted
   */
  record Sent(long requests, long events, double seconds, List<Long> micros) {
    Sent {
      micros = List.copyOf(micros);
    }

    double perSecond() {
      return events / seconds;
    }

    double millis(double share) {
      return micros.get((int) Math.min(micros.size() - 1L, (long) (share * micros.size()))) / 1e3;
    }
  }

  /** How it sends; a rate of 0 is as fast as the answers come. */
  record Load(int connections, int eventsPerRequest, int seconds, double requestsPerSecond) {}

  private DoorSender() {}

  /** In a process of its own. */
  static Sent run(Path directory, URI door, Load load) throws Exception {
    List<String> arguments =
        List.of(
            door.toString(),
            Integer.toString(load.connections()),
            Integer.toString(load.eventsPerRequest()),
            Integer.toString(load.seconds()),
            Double.toString(load.requestsPerSecond()));
    try (ChildJvm child =
        ChildJvm.start(
            directory.resolve("sender.err"),
            ChildJvm.arguments(List.of("-Xmx512m"), DoorSender.class, arguments),
            Map.of())) {
      String[] told = child.ready().split(" ", -1);
      List<Long> micros = new ArrayList<>();
      for (int i = 3; i < told.length; i++) {
        micros.add(Long.valueOf(told[i]));
      }
      return new Sent(
          Long.parseLong(told[0]), Long.parseLong(told[1]), Double.parseDouble(told[2]), micros);
    }
  }

  public static void main(String[] arguments) throws Exception {
    URI door = URI.create(arguments[0]);
    Load load =
        new Load(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Double.parseDouble(arguments[4]));
    List<byte[]> requests = requests(door, load.eventsPerRequest());
    // The first turns warm up both sides, and count for nothing.
    long begun = System.nanoTime();
    long from = begun + load.seconds() * 1_000_000_000L / 4;
    long until = from + load.seconds() * 1_000_000_000L;
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < load.connections(); i++) {
      connections.add(new Connection(door, requests, load, i, begun, from, until));
    }
    for (Connection connection : connections) {
      connection.start();
    }
    long count = 0;
    for (Connection connection : connections) {
      connection.join();
      if (connection.failure != null) {
        throw new IllegalStateException(connection.failure);
      }
      count += connection.count;
    }
    System.out.println("ready " + summary(connections, count, load));
  }

  /** A thousand quantiles stand for all. */
  private static String summary(List<Connection> connections, long count, Load load) {
    long[] all = new long[Math.toIntExact(count)];
    int at = 0;
    for (Connection connection : connections) {
      System.arraycopy(connection.micros, 0, all, at, connection.count);
      at += connection.count;
    }
    Arrays.sort(all);
    StringBuilder text = new StringBuilder();
    text.append(count).append(' ').append(count * load.eventsPerRequest());
    text.append(String.format(Locale.ROOT, " %d", load.seconds()));
    for (int i = 0; i < 1000; i++) {
      text.append(' ').append(all[(int) ((long) i * all.length / 1000)]);
    }
    return text.append(' ').append(all[all.length - 1]).toString();
  }

  private static List<byte[]> requests(URI door, int events) {
    List<String> lines =
        new Shop().events(7, (long) BODIES * events, DAY).limit((long) BODIES * events).toList();
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < BODIES; i++) {
      String body = String.join("\n", lines.subList(i * events, (i + 1) * events));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "POST /v1/streams/app-events/events HTTP/1.1\r\nHost: "
              + door.getAuthority()
              + "\r\nAuthorization: Bearer "
              + DoorProcess.KEY
              + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
              + bytes.length
              + "\r\n\r\n";
      byte[] request =
          Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + bytes.length);
      System.arraycopy(bytes, 0, request, head.length(), bytes.length);
      requests.add(request);
    }
    return requests;
  }

  private static final class Connection extends Thread {
    private final URI door;
    private final List<byte[]> requests;
    private final Load load;
    private final int number;
    private final long begun;
    private final long from;
    private final long until;
    private long[] micros = new long[1 << 16];
    private int count;
    private Exception failure;

    private Connection(
        URI door, List<byte[]> requests, Load load, int number, long begun, long from, long until) {
      super("sender-" + number);
      this.door = door;
      this.requests = requests;
      this.load = load;
      this.number = number;
      this.begun = begun;
      this.from = from;
      this.until = until;
    }

    @Override
    public void run() {
      try (Socket socket = new Socket(door.getHost(), door.getPort())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        OutputStream out = socket.getOutputStream();
        double pause =
            load.requestsPerSecond() == 0 ? 0 : load.connections() * 1e9 / load.requestsPerSecond();
        for (long i = 0; ; i++) {
          long due = pause == 0 ? System.nanoTime() : begun + (long) ((i + phase()) * pause);
          if (due >= until) {
            return;
          }
          for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
          }
          out.write(requests.get((int) ((i + number * 7L) % requests.size())));
          answer(in);
          if (due >= from) {
            add((System.nanoTime() - due) / 1000);
          }
        }
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }

    /** Connections take turns. */
    private double phase() {
      return (double) number / load.connections();
    }

    private void add(long took) {
      if (count == micros.length) {
        micros = Arrays.copyOf(micros, 2 * count);
      }
      micros[count++] = took;
    }

    private static void answer(InputStream in) throws IOException {
      String status = line(in);
      long length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Long.parseLong(header.substring(15).strip());
        }
      }
      in.skipNBytes(length);
      if (!status.startsWith("HTTP/1.1 200")) {
        throw new IOException("the door answered " + status);
      }
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("the door hung up");
        }
        if (b != '\r') {
          line.append((char) b);
        }
      }
      return line.toString();
    }
  }
}
