package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.object.ObjectStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells browsers what pages of other origins may do. A preflight carries no signature and gets no
 * data: the bucket's rules alone answer it.
 */
final class CrossOrigin {
  private static final String VARY =
      "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

  private final ObjectStore store;

  CrossOrigin(ObjectStore store) {
    this.store = store;
  }

  /** The headers that go with an answer to a page of another origin, an error's too. */
  Map<String, String> headers(WireRequest wire, String bucket) {
    Optional<String> origin = wire.header("origin");
    Optional<CorsRules> rules = rules(bucket);
    if (origin.isEmpty() || rules.isEmpty()) {
      return Map.of();
    }
    return rules
        .get()
        .first(origin.get(), wire.method())
        .map(rule -> headers(rule, origin.get()))
        .orElse(Map.of());
  }

  private Optional<CorsRules> rules(String bucket) {
    return store.findBucket(bucket).flatMap(BucketSettings::rules);
  }

  private static Map<String, String> headers(CorsRules.Rule rule, String origin) {
    Map<String, String> headers = new HashMap<>();
    headers.put("access-control-allow-origin", rule.anyOrigin() ? "*" : origin);
    if (!rule.anyOrigin()) {
      headers.put("access-control-allow-credentials", "true");
    }
    headers.put("access-control-allow-methods", String.join(", ", rule.methods()));
    if (!rule.exposed().isEmpty()) {
      headers.put("access-control-expose-headers", String.join(", ", rule.exposed()));
    }
    rule.maxAge().ifPresent(age -> headers.put("access-control-max-age", Integer.toString(age)));
    headers.put("vary", VARY);
    return headers;
  }

  /** The answer to OPTIONS. */
  S3Answer preflight(S3Request request) {
    String origin =
        request
            .header("origin")
            .orElseThrow(() -> bad("Insufficient information. Origin request header needed."));
    String method =
        request
            .header("access-control-request-method")
            .orElseThrow(() -> bad("Invalid Access-Control-Request-Method: null"));
    List<String> headers =
        Arrays.stream(request.header("access-control-request-headers").orElse("").split(",", -1))
            .map(String::trim)
            .filter(each -> !each.isEmpty())
            .toList();
    CorsRules rules =
        request
            .bucket()
            .flatMap(this::rules)
            .orElseThrow(() -> forbidden("CORSResponse: CORS is not enabled for this bucket."));
    CorsRules.Rule rule =
        rules
            .first(origin, method, headers)
            .orElseThrow(
                () ->
                    forbidden(
                        "CORSResponse: This CORS request is not allowed. This is usually because"
                            + " the evaluation of Origin, request method /"
                            + " Access-Control-Request-Method or Access-Control-Request-Headers"
                            + " are not whitelisted by the resource's CORS spec."));
    Map<String, String> answer = new HashMap<>(headers(rule, origin));
    if (!headers.isEmpty()) {
      answer.put("access-control-allow-headers", String.join(", ", headers));
    }
    return S3Answer.empty(200, answer);
  }

  private static AwsFault bad(String message) {
    return new AwsFault(400, "BadRequest", message);
  }

  private static AwsFault forbidden(String message) {
    return new AwsFault(403, "AccessForbidden", message);
  }
}
