package dev.sluice.lake.s3;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes bytes to a socket and reads what comes back: says whatever no client library would say.
 */
final class RawClient {
  static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private final URI endpoint;

  RawClient(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** What came back, head and body. */
  record Reply(String text) {
    int status() {
      return text.isEmpty() ? 0 : Integer.parseInt(text.split(" ", 3)[1]);
    }

    String code() {
      int from = text.indexOf("<Code>");
      return from < 0 ? "" : text.substring(from + 6, text.indexOf("</Code>"));
    }
  }

  Signer signer() {
    return new Signer(new Credential(LocalS3.KEY, LocalS3.SECRET), "us-east-1", "s3");
  }

  Signer.Signed sign(String method, String target, Map<String, String> headers, String payload) {
    Map<String, List<String>> all = new TreeMap<>();
    headers.forEach((name, value) -> all.put(name, new ArrayList<>(List.of(value))));
    all.putIfAbsent("host", List.of(endpoint.getAuthority()));
    return signer().sign(WireRequest.of(method, target, all), payload, Instant.now());
  }

  /** A signed request without a body. */
  Reply send(String method, String target) throws IOException {
    return send(sign(method, target, Map.of("content-length", "0"), EMPTY_SHA256), new byte[0]);
  }

  Reply send(Signer.Signed signed, byte[] body) throws IOException {
    return raw(head(signed), body);
  }

  static byte[] head(Signer.Signed signed) {
    WireRequest request = signed.request();
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.rawPath());
    if (!request.rawQuery().isEmpty()) {
      head.append('?').append(request.rawQuery());
    }
    head.append(" HTTP/1.1\r\n");
    request
        .headers()
        .forEach(
            (name, values) -> head.append(name).append(": ").append(values.get(0)).append("\r\n"));
    head.append("\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends the bytes, then reads until the answer is whole, nothing comes, or the end. */
  Reply raw(byte[] head, byte[] body) throws IOException {
    return exchange(head, body, socket -> {});
  }

  /** As {@link #send}, saying afterwards that nothing more will come. */
  Reply sendAndCut(Signer.Signed signed, byte[] body) throws IOException {
    return exchange(head(signed), body, Socket::shutdownOutput);
  }

  private interface Last {
    void on(Socket socket) throws IOException;
  }

  private Reply exchange(byte[] head, byte[] body, Last last) throws IOException {
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(head);
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      last.on(socket);
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      try {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          reply.write(buffer, 0, read);
          if (whole(head, reply.toString(StandardCharsets.ISO_8859_1))) {
            break;
          }
        }
      } catch (SocketTimeoutException e) {
        // What has come until now is the answer.
      }
      return new Reply(reply.toString(StandardCharsets.UTF_8));
    }
  }

  private static boolean whole(byte[] asked, String reply) {
    int end = reply.indexOf("\r\n\r\n");
    if (end > 0 && new String(asked, StandardCharsets.ISO_8859_1).startsWith("HEAD ")) {
      // It names a length of which nothing comes; that nothing does, ConnectionTest sees.
      return true;
    }
    int at = reply.toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (end > 0 && (reply.startsWith("HTTP/1.1 204") || reply.startsWith("HTTP/1.1 304"))) {
      return true;
    }
    if (end < 0 || at < 0 || at > end) {
      return false;
    }
    int length = Integer.parseInt(reply.substring(at + 16, reply.indexOf('\r', at)).trim());
    return reply.length() >= end + 4 + length;
  }
}
