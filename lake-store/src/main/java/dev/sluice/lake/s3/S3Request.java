package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Percent;
import dev.sluice.awswire.QueryString;
import dev.sluice.awswire.WireRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request in S3's terms: the bucket is named by the host, or by the path as in {@code
 * /bucket/key}. The key is what the path says, byte for byte.
 */
record S3Request(
    WireRequest wire, Optional<String> bucket, Optional<String> key, QueryString query) {
  static S3Request of(WireRequest wire, HostNames hosts) {
    refuseTwice(wire.query());
    if (MovedHeaders.mayBeIn(wire)) {
      MovedHeaders moved = MovedHeaders.of(wire);
      return of(moved.request(), moved.query(), hosts);
    }
    return of(wire, wire.query(), hosts);
  }

  private static S3Request of(WireRequest wire, QueryString query, HostNames hosts) {
    String path = Percent.decodePath(wire.rawPath());
    if (path.indexOf('\0') >= 0
        || query.parameters().stream().anyMatch(each -> each.value().indexOf('\0') >= 0)) {
      throw new AwsFault(400, "InvalidURI", "Couldn't parse the specified URI.");
    }
    if (!path.startsWith("/")) {
      throw new AwsFault(400, "InvalidURI", "Couldn't parse the specified URI.");
    }
    Optional<String> named = hosts.bucket(wire);
    if (named.isPresent()) {
      return new S3Request(wire, named, present(path.substring(1)), query);
    }
    int slash = path.indexOf('/', 1);
    String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String key = slash < 0 ? "" : path.substring(slash + 1);
    if (bucket.isEmpty() && !key.isEmpty()) {
      throw new AwsFault(400, "InvalidBucketName", "The specified bucket is not valid.");
    }
    return new S3Request(wire, present(bucket), present(key), query);
  }

  private static void refuseTwice(QueryString query) {
    if (query.parameters().size() < 2) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (QueryString.Parameter each : query.parameters()) {
      if (!seen.add(each.name())) {
        throw Faults.invalidArgument(
            "The query parameter '" + each.name() + "' was sent more than once");
      }
    }
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  String method() {
    return wire.method();
  }

  Optional<String> header(String name) {
    return wire.header(name);
  }

  String theBucket() {
    return bucket.orElseThrow();
  }

  String theKey() {
    return key.orElseThrow();
  }

  /** The named version; an empty parameter names none. */
  Optional<String> versionId() {
    return query.first("versionId").filter(id -> !id.isEmpty());
  }

  String parameter(String name) {
    return query.first(name).orElse("");
  }

  /**
   * A whole number of a parameter, or the default; what is above the maximum becomes the maximum.
   */
  int number(String name, int standard, int max) {
    String text = parameter(name);
    if (text.isEmpty()) {
      return standard;
    }
    if (!Numbers.digits(text, 9)) {
      throw Faults.invalidArgument("Provided " + name + " not an integer or within integer range");
    }
    return Math.min(max, Integer.parseInt(text));
  }

  /** The ETags of a header such as {@code If-Match}, without quotes. */
  List<String> etags(String header) {
    List<String> values = wire.headers().getOrDefault(header, List.of());
    if (values.isEmpty()) {
      return values;
    }
    return values.stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(String::trim)
        .map(each -> each.startsWith("W/") ? each.substring(2) : each)
        .map(each -> each.replace("\"", ""))
        .filter(each -> !each.isEmpty())
        .toList();
  }
}
