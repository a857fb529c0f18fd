package dev.sluice.lake.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection kept open: what is said on it next depends on how the last answer ended. */
final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawConnection(URI endpoint) throws IOException {
    socket = new Socket(endpoint.getHost(), endpoint.getPort());
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawConnection write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The next answer, framed by its own length; an empty text is the end of the connection. */
  RawClient.Reply reply() throws IOException {
    return reply("GET");
  }

  /** The next answer to a request of that method. */
  RawClient.Reply reply(String method) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int c = read();
      if (c < 0) {
        return new RawClient.Reply(head.toString());
      }
      head.append((char) c);
    }
    String text = head.toString();
    int status = new RawClient.Reply(text).status();
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return new RawClient.Reply(text);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String lower = text.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\ncontent-length: ");
    int length =
        at < 0 ? Integer.MAX_VALUE : Integer.parseInt(lower.substring(at + 18).split("\r", 2)[0]);
    while (body.size() < length) {
      int c = read();
      if (c < 0) {
        break;
      }
      body.write(c);
    }
    return new RawClient.Reply(text + body.toString(StandardCharsets.UTF_8));
  }

  private int read() throws IOException {
    try {
      return in.read();
    } catch (SocketException reset) {
      return -1;
    }
  }

  /** Whether the server has closed its side and sent nothing more. */
  boolean ended() throws IOException {
    return read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
