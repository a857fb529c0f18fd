package dev.sluice.lake.query;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * An answer in chunks, read to the last byte that came. Java's client throws away what it holds of
 * an answer as soon as it learns that the rest will not come.
 *
 * @param whole whether the end of the body came
 * @param tail the last characters of the body
 */
record RawAnswer(int status, boolean whole, String tail) {
  private static final int KEPT = 500;

  static RawAnswer of(URI server, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /api/v1/sql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content);
      socket.getOutputStream().flush();
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      int status = Integer.parseInt(line(in).split(" ", -1)[1]);
      boolean chunks = false;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        chunks |= header.equalsIgnoreCase("transfer-encoding: chunked");
      }
      if (!chunks) {
        throw new IOException("not in chunks, status " + status);
      }
      return read(in, status);
    }
  }

  private static RawAnswer read(DataInputStream in, int status) throws IOException {
    StringBuilder tail = new StringBuilder();
    try {
      while (true) {
        byte[] chunk = new byte[Integer.parseInt(line(in), 16)];
        in.readFully(chunk);
        tail.append(new String(chunk, StandardCharsets.ISO_8859_1));
        tail.delete(0, Math.max(0, tail.length() - KEPT));
        line(in);
        if (chunk.length == 0) {
          return new RawAnswer(status, true, tail.toString());
        }
      }
    } catch (EOFException end) {
      return new RawAnswer(status, false, tail.toString());
    }
  }

  private static String line(DataInputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte next = in.readByte(); next != '\n'; next = in.readByte()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }
}
