package dev.sluice.lake.s3;

import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.StoredChecksum;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers and texts that answers share. */
final class Answers {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  /** Query parameters of GET and HEAD that override the header named after {@code response-}. */
  static final String OVERRIDES =
      "response-content-type response-content-language response-expires response-cache-control"
          + " response-content-disposition response-content-encoding";

  private static final String META = "x-amz-meta-";
  private static final List<String> SYSTEM =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ISO_DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private Answers() {}

  static String httpDate(Instant instant) {
    return HTTP_DATE.format(instant);
  }

  static String isoDate(Instant instant) {
    return ISO_DATE.format(instant);
  }

  static Optional<Instant> parseHttpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
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
    return new Attributes(system, metadata, Map.of());
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
    for (String name : OVERRIDES.split(" ", -1)) {
      Optional<String> value = request.query().first(name);
      if (value.isPresent()) {
        if (value.get().chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
          throw Faults.invalidArgument(name + " holds a control character");
        }
        headers.put(name.substring("response-".length()), value.get());
      }
    }
  }
}
