package dev.sluice.infra.local;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Signed calls to the simulated cloud, as an AWS client makes them. */
final class CloudClient {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Pipeline pipeline;
  private final URI cloud;
  private final InstantSource clock;

  CloudClient(Pipeline pipeline, InstantSource clock) {
    this.pipeline = pipeline;
    this.cloud = pipeline.endpoints().cloud().orElseThrow();
    this.clock = clock;
  }

  void terminate(String node) throws IOException, InterruptedException {
    byte[] form =
        ("Action=TerminateInstances&Version=2016-11-15&InstanceId.1=" + node)
            .getBytes(StandardCharsets.US_ASCII);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(cloud)
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(form));
    signature(form).forEach(request::header);
    HttpResponse<String> answer =
        pipeline.http().send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw CommandFailure.failed("node " + node + " was not terminated: " + answer.body());
    }
  }

  /** The headers to send besides the host, which the HTTP client sets itself. */
  private Map<String, String> signature(byte[] form) {
    Credentials keys = pipeline.endpoints().credentials();
    WireRequest unsigned =
        new WireRequest(
            "POST",
            "/",
            "",
            Map.of("host", List.of(cloud.getAuthority()), "content-type", List.of(FORM)));
    WireRequest signed =
        new Signer(new Credential(keys.accessKey(), keys.secretKey()), "us-east-1", "ec2")
            .sign(unsigned, sha256(form), clock.instant())
            .request();
    return signed.headers().entrySet().stream()
        .filter(header -> !header.getKey().equals("host"))
        .collect(
            java.util.stream.Collectors.toMap(
                Map.Entry::getKey, header -> header.getValue().get(0)));
  }

  private static String sha256(byte[] form) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(form));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
