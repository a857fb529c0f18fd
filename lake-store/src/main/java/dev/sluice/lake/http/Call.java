package dev.sluice.lake.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * One request that was let in and has arrived whole.
 *
 * @param method in capitals
 * @param path as sent: still percent-encoded, so that an encoded slash stays inside its segment
 * @param query the decoded query parameters, each at most once
 */
public record Call(String method, String path, Map<String, String> query, Buffer body) {
  public Call {
    query = Map.copyOf(query);
  }
}
