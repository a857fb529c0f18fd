package dev.sluice.lake.http;

import java.util.Map;

/**
 * One request that was let in and has arrived whole.
 *
 * @param method in capitals
 * @param path as sent: still percent-encoded, so that an encoded slash stays inside its segment
 * @param query the decoded query parameters, each at most once
 * @param body the bytes; not copied, for whoever made the call lets go of them
 */
public record Call(String method, String path, Map<String, String> query, byte[] body) {
  public Call {
    query = Map.copyOf(query);
  }
}
