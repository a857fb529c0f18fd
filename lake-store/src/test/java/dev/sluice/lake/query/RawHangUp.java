package dev.sluice.lake.query;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that asks and goes away without reading. */
final class RawHangUp {
  private RawHangUp() {}

  /** Asks, does something meanwhile, and closes the connection. */
  static void during(URI server, String body, String id, Runnable meanwhile) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /api/v1/sql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "x-sluice-query-id: "
            + id
            + "\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content);
      socket.getOutputStream().flush();
      meanwhile.run();
    }
  }
}
