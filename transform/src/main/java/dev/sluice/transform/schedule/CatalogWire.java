package dev.sluice.transform.schedule;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Calls to a catalog by the plain connection of the JDK, which client commands load in no time.
 *
 * @param patience how long one call may say nothing
 */
record CatalogWire(String token, Duration patience) {
  /** What was answered. */
  record Reply(int status, String body) {}

  Reply get(URI uri) throws IOException {
    return send("GET", uri, Optional.empty());
  }

  Reply post(URI uri, String body) throws IOException {
    return send("POST", uri, Optional.of(body));
  }

  private Reply send(String method, URI uri, Optional<String> body) throws IOException {
    HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
    call.setRequestMethod(method);
    call.setConnectTimeout(Math.toIntExact(patience.toMillis()));
    call.setReadTimeout(Math.toIntExact(patience.toMillis()));
    call.setInstanceFollowRedirects(false);
    call.setRequestProperty("Authorization", "Bearer " + token);
    if (body.isPresent()) {
      byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
      call.setDoOutput(true);
      call.setRequestProperty("Content-Type", "application/json");
      // A body of a length told in advance is never sent a second time behind our back.
      call.setFixedLengthStreamingMode(bytes.length);
      try (OutputStream out = call.getOutputStream()) {
        out.write(bytes);
      }
    }
    int status = call.getResponseCode();
    InputStream answer = status < 400 ? call.getInputStream() : call.getErrorStream();
    try (InputStream in = answer == null ? InputStream.nullInputStream() : answer) {
      return new Reply(status, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public String toString() {
    return "CatalogWire[" + patience + "]";
  }
}
