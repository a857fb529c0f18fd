package dev.sluice.lake.s3;

import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.QueryString;
import dev.sluice.awswire.QueryString.Parameter;
import dev.sluice.awswire.WireRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a presigner has moved from the headers into the URL, so that whoever uses the URL need not
 * say it: S3 takes these as if they were headers. Others it does not, encryption above all; they
 * stay parameters, which no operation knows.
 */
final class MovedHeaders {
  private static final Set<String> TAKEN =
      Set.of(
          "x-amz-acl",
          "x-amz-tagging",
          "x-amz-storage-class",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-checksum-algorithm",
          "x-amz-checksum-mode",
          "x-amz-checksum-type");

  /** Without these nothing is signed in a URL. */
  private static final int SIGNATURE_PARAMETERS = 6;

  private final WireRequest wire;
  private final Map<String, List<String>> headers = new HashMap<>();
  private final List<Parameter> left = new ArrayList<>();

  private MovedHeaders(WireRequest wire) {
    this.wire = wire;
  }

  /** Moves them back, if the request is presigned: a signature by header signs its own headers. */
  static MovedHeaders of(WireRequest wire) {
    MovedHeaders moved = new MovedHeaders(wire);
    for (Parameter each : wire.query().parameters()) {
      String name = each.name().toLowerCase(Locale.ROOT);
      if (taken(name)) {
        moved.take(name, each.value());
      } else {
        moved.left.add(each);
      }
    }
    return moved;
  }

  static boolean mayBeIn(WireRequest wire) {
    List<Parameter> parameters = wire.query().parameters();
    // Most presigned URLs have nothing in them but the signature.
    return parameters.size() > SIGNATURE_PARAMETERS && wire.query().has("X-Amz-Signature");
  }

  private static boolean taken(String name) {
    return name.startsWith("x-amz-meta-")
        || TAKEN.contains(name)
        || Checksum.ofHeader(name).isPresent();
  }

  private void take(String name, String value) {
    boolean sayable =
        name.matches("[a-z0-9!#$%&'*+.^_`|~-]+")
            && value.chars().noneMatch(each -> (each < ' ' && each != '\t') || each == 0x7f);
    if (!sayable) {
      throw Faults.invalidArgument("The query parameter '" + name + "' could be no header");
    }
    List<String> said = wire.headers().getOrDefault(name, List.of(value));
    if (headers.put(name, List.of(value)) != null || !said.equals(List.of(value))) {
      throw Faults.invalidArgument("'" + name + "' was sent more than once");
    }
  }

  /** The request with the headers it was made with. */
  WireRequest request() {
    if (headers.isEmpty()) {
      return wire;
    }
    Map<String, List<String>> all = new HashMap<>(wire.headers());
    all.putAll(headers);
    return new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery(), all);
  }

  /** The parameters that are none of them. */
  QueryString query() {
    return headers.isEmpty() ? wire.query() : new QueryString(left);
  }
}
