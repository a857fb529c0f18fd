package dev.sluice.lake.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/**
 * One request that was let in and has arrived whole.
 *
 * @param method in capitals
 * @param path as sent: still percent-encoded, so that an encoded slash stays inside its segment
 * @param query the decoded query parameters, each at most once
 * @param headers by lower-case name, each once
 * @param caller whose token it carries
 */
public record Call(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    String caller,
    Buffer body) {
  public Call {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** A header by its lower-case name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
