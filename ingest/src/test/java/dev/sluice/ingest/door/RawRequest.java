package dev.sluice.ingest.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;

/** A connection on which a test writes what no HTTP client would. */
final class RawRequest implements AutoCloseable {
  private final Socket socket;

  RawRequest(URI door) throws IOException {
    socket = new Socket(door.getHost(), door.getPort());
    socket.setSoTimeout(20_000);
  }

  static String head(OpenDoor door, String... headers) {
    return "POST "
        + door.events().getPath()
        + " HTTP/1.1\r\nAuthorization: Bearer "
        + OpenDoor.KEY
        + "\r\nContent-Type: application/json\r\n"
        + String.join("\r\n", headers)
        + "\r\n\r\n";
  }

  RawRequest write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** The answer's first line; empty when the connection is closed without one. */
  String statusLine() throws IOException {
    StringBuilder line = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
        line.append((char) c);
      }
    } catch (SocketException reset) {
      return line.toString();
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
