package dev.sluice.infra.wire;

import dev.sluice.awswire.WireRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which service a request says it is signed for. Not to be believed before it is verified. */
final class SignedService {
  /** {@code KEY/DATE/REGION/SERVICE/aws4_request}, in the header or the query string. */
  private static final Pattern SCOPE =
      Pattern.compile("/\\d{8}/([^/,\\s]{1,64})/([^/,\\s]{1,64})/aws4_request");

  private SignedService() {}

  static Optional<String> of(WireRequest request) {
    String credential =
        request
            .header("authorization")
            .or(() -> request.query().first("X-Amz-Credential"))
            .orElse("");
    Matcher matcher = SCOPE.matcher(credential);
    return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
  }
}
