package dev.sluice.infra.local;

import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ports of a pipeline on one machine. */
record Ports(int console, int s3, int catalog, int kafka, int mqtt, int cloud) {
  static final Ports DEFAULT = new Ports(8080, 9000, 8181, 9092, 1883, 4566);

  /** How ports are chosen. */
  enum Choice {
    DEFAULT,
    AUTO
  }

  static Ports choose(Choice choice) throws IOException {
    return choice == Choice.AUTO ? free() : DEFAULT.available();
  }

  /**
   * Ports that nobody listens on now. All are held until the last is found, so that they differ.
   */
  private static Ports free() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        sockets.add(listen(0));
      }
      return new Ports(
          port(sockets, 0),
          port(sockets, 1),
          port(sockets, 2),
          port(sockets, 3),
          port(sockets, 4),
          port(sockets, 5));
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** These ports, or one line that names every one of them that is taken. */
  private Ports available() {
    Map<Integer, String> taken = new TreeMap<>();
    Map.of(
            console, "console", s3, "s3", catalog, "catalog", kafka, "kafka", mqtt, "mqtt", cloud,
            "cloud")
        .forEach(
            (port, part) -> {
              try (ServerSocket socket = listen(port)) {
                assert socket.isBound();
              } catch (IOException inUse) {
                taken.put(port, part);
              }
            });
    if (!taken.isEmpty()) {
      StringBuilder names = new StringBuilder();
      taken.forEach(
          (port, part) ->
              names
                  .append(names.isEmpty() ? "" : ", ")
                  .append(port)
                  .append(" (")
                  .append(part)
                  .append(')'));
      throw CommandFailure.failed(
          "taken: port " + names + "; stop what listens there, or use --ports auto");
    }
    return this;
  }

  private static int port(List<ServerSocket> sockets, int index) {
    return sockets.get(index).getLocalPort();
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
