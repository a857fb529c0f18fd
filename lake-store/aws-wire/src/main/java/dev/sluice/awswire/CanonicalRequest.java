package dev.sluice.awswire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text a SigV4 signature covers (AWS General Reference, "Create a canonical request"). The path
 * is decoded and encoded once, as S3 does, and never normalised: {@code a//b} and {@code a/../b}
 * are keys like any other.
 */
final class CanonicalRequest {
  private CanonicalRequest() {}

  static String text(WireRequest request, List<String> signedHeaders, String payloadHash) {
    StringBuilder out = new StringBuilder(512);
    out.append(request.method()).append('\n');
    out.append(Percent.encodePath(Percent.decodePath(request.rawPath()))).append('\n');
    out.append(query(request.query())).append('\n');
    for (String name : signedHeaders) {
      out.append(name).append(':').append(values(request.headers(), name)).append('\n');
    }
    out.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payloadHash);
    return out.toString();
  }

  private static String query(QueryString query) {
    List<String> pairs = new ArrayList<>();
    for (QueryString.Parameter each : query.parameters()) {
      if (!each.name().equals("X-Amz-Signature")) {
        // A character below every encoded one separates, so that names sort before values.
        pairs.add(Percent.encode(each.name()) + '\u0001' + Percent.encode(each.value()));
      }
    }
    pairs.sort(null);
    return String.join("&", pairs).replace('\u0001', '=');
  }

  private static String values(Map<String, List<String>> headers, String name) {
    StringBuilder out = new StringBuilder();
    for (String value : headers.getOrDefault(name, List.of())) {
      if (out.length() > 0) {
        out.append(',');
      }
      out.append(collapse(value));
    }
    return out.toString();
  }

  private static String collapse(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      boolean space = c == ' ' || c == '\t';
      if (!space) {
        out.append(c);
      } else if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
        out.append(' ');
      }
    }
    int end = out.length();
    return end > 0 && out.charAt(end - 1) == ' ' ? out.substring(0, end - 1) : out.toString();
  }
}
