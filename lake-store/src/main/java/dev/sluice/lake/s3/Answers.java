package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.QueryString;
import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.StoredChecksum;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The headers and texts that answers share. */
final class Answers {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  /** Query parameters of GET and HEAD that override the header named after {@code response-}. */
  static final String OVERRIDES =
      "response-content-type response-content-language response-expires response-cache-control"
          + " response-content-disposition response-content-encoding";

  /** Where a website would send readers; here it is a header like the others. */
  static final String REDIRECT = "x-amz-website-redirect-location";

  private static final Set<String> OVERRIDING = Set.of(OVERRIDES.split(" ", -1));
  private static final String META = "x-amz-meta-";
  private static final List<String> SYSTEM =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires",
          REDIRECT);

  private Answers() {}

  static String httpDate(Instant instant) {
    return DateText.http(instant);
  }

  static String isoDate(Instant instant) {
    return DateText.iso(instant);
  }

  static Optional<Instant> parseHttpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static Optional<Instant> parseIsoDate(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String quoted(String etag) {
    return '"' + etag + '"';
  }

  /** What a writer says of an object, from the headers of a request. */
  static Attributes attributes(S3Request request) {
    Map<String, String> system = new HashMap<>();
    for (String name : SYSTEM) {
      request.header(name).ifPresent(value -> system.put(name, value));
    }
    system.computeIfPresent("content-encoding", (name, value) -> withoutChunked(value));
    system.values().removeIf(String::isEmpty);
    if (!system.getOrDefault(REDIRECT, "/").matches("(/|https?://).*")) {
      throw new AwsFault(
          400,
          "InvalidRedirectLocation",
          "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
    }
    Map<String, String> metadata = new HashMap<>();
    request
        .wire()
        .headers()
        .forEach(
            (name, values) -> {
              if (name.startsWith(META)) {
                metadata.put(name.substring(META.length()), String.join(",", values));
              }
            });
    return new Attributes(system, metadata, Tags.of(request));
  }

  /** {@code aws-chunked} describes the transfer, not the object. */
  private static String withoutChunked(String encoding) {
    StringBuilder kept = new StringBuilder();
    for (String each : encoding.split(",", -1)) {
      if (!each.trim().equalsIgnoreCase("aws-chunked")) {
        kept.append(kept.length() == 0 ? "" : ",").append(each.trim());
      }
    }
    return kept.toString();
  }

  static Map<String, String> headers(ObjectVersion version) {
    Map<String, String> headers = new TreeMap<>(version.attributes().headers());
    headers.putIfAbsent("content-type", "binary/octet-stream");
    version.attributes().metadata().forEach((name, value) -> headers.put(META + name, value));
    headers.put("etag", quoted(version.etag()));
    headers.put("last-modified", httpDate(version.modified()));
    headers.put("accept-ranges", "bytes");
    int tags = version.attributes().tags().size();
    if (tags > 0) {
      headers.put("x-amz-tagging-count", Integer.toString(tags));
    }
    headers.putAll(versionHeader(version));
    return headers;
  }

  /** The version id, unless the object never had one. */
  static Map<String, String> versionHeader(ObjectVersion version) {
    return version.id().equals("null") ? Map.of() : Map.of("x-amz-version-id", version.id());
  }

  static Map<String, String> checksumHeaders(Optional<StoredChecksum> checksum) {
    return checksum
        .map(
            each ->
                Map.of(
                    each.algorithm().header(),
                    each.value(),
                    "x-amz-checksum-type",
                    each.kind().name()))
        .orElse(Map.of());
  }

  static void override(S3Request request, Map<String, String> headers) {
    for (QueryString.Parameter each : request.query().parameters()) {
      String name = each.name();
      if (OVERRIDING.contains(name)) {
        if (each.value().chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
          throw Faults.invalidArgument(name + " holds a control character");
        }
        headers.put(name.substring("response-".length()), each.value());
      }
    }
  }
}
