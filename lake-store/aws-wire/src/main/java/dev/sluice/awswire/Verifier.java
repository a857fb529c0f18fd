package dev.sluice.awswire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Verifies SigV4 signatures in the {@code Authorization} header and in presigned query strings.
 * Pure: keys and the time are given. Every {@code x-amz-*} header present must be signed, as S3
 * demands.
 */
public final class Verifier {
  /** S3 refuses a request whose clock differs by more. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(15);

  private static final Duration MAX_EXPIRY = Duration.ofDays(7);

  private static final Set<String> PRESIGNED =
      Set.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders",
          "X-Amz-Signature",
          "X-Amz-Content-Sha256");
  private static final Set<String> SINGLE =
      Set.of("authorization", "host", "date", "content-md5", "content-length", "content-type");

  private final String service;
  private final Function<String, Optional<Credential>> keys;
  private final DerivedKeys derived = new DerivedKeys();

  public Verifier(String service, Function<String, Optional<Credential>> keys) {
    this.service = service;
    this.keys = keys;
  }

  /** What the signature claims, before it is believed. */
  private record Claim(
      String accessKey,
      Scope scope,
      List<String> signedHeaders,
      String signature,
      Instant signedAt,
      String payloadHash) {}

  public Verification verify(WireRequest request, Instant now) {
    return verify(request, Optional.empty(), now);
  }

  /**
   * Verifies a request whose body is at hand, as services other than S3 do: their clients sign the
   * body's hash without sending it in a header.
   */
  public Verification verifyWhole(WireRequest request, byte[] body, Instant now) {
    String hash = Digests.hex(Digests.digest("SHA-256").digest(body));
    return verify(request, Optional.of(hash), now);
  }

  private Verification verify(WireRequest request, Optional<String> bodyHash, Instant now) {
    try {
      Optional<String> authorization = request.header("authorization");
      QueryString query = request.query();
      boolean presigned = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature");
      if (authorization.isPresent() && presigned) {
        throw new AwsFault(
            400, "InvalidArgument", "Only one auth mechanism allowed: header or query string.");
      }
      if (query.has("AWSAccessKeyId") && query.has("Signature")) {
        throw unsupported();
      }
      if (authorization.isPresent()) {
        return inHeader(request, authorization.get(), bodyHash, now);
      }
      if (presigned) {
        return inQuery(request, query, bodyHash, now);
      }
      return new Verification.Anonymous();
    } catch (AwsFault fault) {
      return new Verification.Rejected(fault);
    }
  }

  private Verification inHeader(
      WireRequest request, String authorization, Optional<String> bodyHash, Instant now) {
    if (!authorization.startsWith(SigningKey.ALGORITHM + " ")) {
      throw unsupported();
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : authorization.substring(SigningKey.ALGORITHM.length()).split(",", 8)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).trim(), field.substring(equals + 1).trim());
      }
    }
    Instant signedAt = headerDate(request);
    String hash =
        bodyHash
            .or(() -> request.header("x-amz-content-sha256"))
            .orElseThrow(
                () ->
                    new AwsFault(
                        400,
                        "InvalidRequest",
                        "Missing required header for this request: x-amz-content-sha256"));
    Claim claim =
        claim(
            field(fields, "Credential"),
            field(fields, "SignedHeaders"),
            field(fields, "Signature"),
            signedAt,
            hash);
    if (Duration.between(signedAt, now).abs().compareTo(MAX_SKEW) > 0) {
      throw new AwsFault(
              403,
              "RequestTimeTooSkewed",
              "The difference between the request time and the current time is too large.")
          .with("RequestTime", BasicTime.format(signedAt))
          .with("ServerTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
          .with("MaxAllowedSkewMilliseconds", Long.toString(MAX_SKEW.toMillis()));
    }
    return check(request, claim);
  }

  private Verification inQuery(
      WireRequest request, QueryString query, Optional<String> bodyHash, Instant now) {
    if (!SigningKey.ALGORITHM.equals(query.first("X-Amz-Algorithm").orElse(""))) {
      throw malformedQuery("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    }
    Set<String> seen = new HashSet<>();
    for (QueryString.Parameter each : query.parameters()) {
      if (PRESIGNED.contains(each.name()) && !seen.add(each.name())) {
        throw malformedQuery("The parameter " + each.name() + " was sent more than once");
      }
    }
    Instant signedAt = basicDate(required(query, "X-Amz-Date"));
    Duration expiry = expiry(required(query, "X-Amz-Expires"));
    // The hash of a body not yet known when the URL was made: named in the request or not at all.
    String hash =
        bodyHash
            .or(() -> request.header("x-amz-content-sha256"))
            .or(() -> query.first("X-Amz-Content-Sha256"))
            .orElse("UNSIGNED-PAYLOAD");
    Claim claim =
        claim(
            required(query, "X-Amz-Credential"),
            required(query, "X-Amz-SignedHeaders"),
            required(query, "X-Amz-Signature"),
            signedAt,
            hash);
    if (now.isBefore(signedAt.minus(MAX_SKEW))) {
      throw new AwsFault(403, "AccessDenied", "Request is not yet valid");
    }
    if (now.isAfter(signedAt.plus(expiry))) {
      throw new AwsFault(403, "AccessDenied", "Request has expired")
          .with("X-Amz-Expires", Long.toString(expiry.toSeconds()))
          .with("Expires", signedAt.plus(expiry).toString())
          .with("ServerTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    return check(request, claim);
  }

  private Claim claim(
      String credential, String signedHeaders, String signature, Instant signedAt, String hash) {
    NamedKey named;
    try {
      named = NamedKey.parse(credential, service, BasicTime.format(signedAt).substring(0, 8));
    } catch (IllegalArgumentException e) {
      throw malformed(e.getMessage());
    }
    return new Claim(
        named.accessKey(),
        named.scope(),
        List.of(signedHeaders.split(";", -1)),
        signature,
        signedAt,
        hash);
  }

  private Verification check(WireRequest request, Claim claim) {
    for (Map.Entry<String, List<String>> each : request.headers().entrySet()) {
      // What is said twice is understood by one reader this way and by the next that way.
      if (each.getValue().size() > 1 && single(each.getKey())) {
        throw new AwsFault(
            400, "InvalidRequest", "The header " + each.getKey() + " was sent more than once.");
      }
    }
    if (!claim.signedHeaders().contains("host")) {
      throw malformed("host must be a signed header");
    }
    for (String name : request.headers().keySet()) {
      if (name.startsWith("x-amz-") && !claim.signedHeaders().contains(name)) {
        throw new AwsFault(
                403,
                "AccessDenied",
                "There were headers present in the request which were not signed")
            .with("HeadersNotSigned", name);
      }
    }
    Credential credential = keys.apply(claim.accessKey()).orElseThrow(Verifier::unknownKey);
    SigningKey key = derived.key(credential, claim.scope(), BasicTime.format(claim.signedAt()));
    String canonical = CanonicalRequest.text(request, claim.signedHeaders(), claim.payloadHash());
    if (!Digests.same(key.signRequest(canonical), claim.signature())) {
      throw new AwsFault(
              403,
              "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided."
                  + " Check your key and signing method.")
          .with("AWSAccessKeyId", claim.accessKey())
          .with("SignatureProvided", claim.signature())
          .with("CanonicalRequest", canonical);
    }
    Payload payload = Payload.of(Optional.of(claim.payloadHash()));
    return new Verification.Verified(
        claim.accessKey(), claim.scope(), payload, key, claim.signature());
  }

  private static boolean single(String header) {
    return SINGLE.contains(header)
        || (header.startsWith("x-amz-") && !header.startsWith("x-amz-meta-"));
  }

  private static Instant headerDate(WireRequest request) {
    Optional<String> amzDate = request.header("x-amz-date");
    if (amzDate.isPresent()) {
      return basicDate(amzDate.get());
    }
    String date =
        request
            .header("date")
            .orElseThrow(
                () ->
                    new AwsFault(
                        403,
                        "AccessDenied",
                        "AWS authentication requires a valid Date or x-amz-date header"));
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return basicDate(date);
    }
  }

  static Instant basicDate(String text) {
    try {
      return BasicTime.parse(text);
    } catch (DateTimeException e) {
      throw new AwsFault(
          403,
          "AccessDenied",
          "AWS authentication requires a valid Date or x-amz-date header, not " + text);
    }
  }

  private static Duration expiry(String seconds) {
    if (seconds.length() > 9 || !seconds.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw malformedQuery("X-Amz-Expires should be a number");
    }
    Duration expiry = Duration.ofSeconds(Long.parseLong(seconds));
    if (expiry.isZero() || expiry.compareTo(MAX_EXPIRY) > 0) {
      throw malformedQuery("X-Amz-Expires must be between 1 and 604800 seconds");
    }
    return expiry;
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null || value.isEmpty()) {
      throw malformed(name + " is missing");
    }
    return value;
  }

  private static String required(QueryString query, String name) {
    return query
        .first(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                malformedQuery(
                    "Query-string authentication version 4 requires the parameter " + name));
  }

  static AwsFault unknownKey() {
    return new AwsFault(
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.");
  }

  private static AwsFault unsupported() {
    return new AwsFault(
        400,
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use"
            + " AWS4-HMAC-SHA256.");
  }

  private static AwsFault malformed(String why) {
    return new AwsFault(
        400, "AuthorizationHeaderMalformed", "The authorization header is malformed: " + why + ".");
  }

  private static AwsFault malformedQuery(String why) {
    return new AwsFault(400, "AuthorizationQueryParametersError", why);
  }
}
