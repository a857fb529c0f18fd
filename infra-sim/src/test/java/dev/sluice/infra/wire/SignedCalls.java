package dev.sluice.infra.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import dev.sluice.awswire.XmlNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Calls EC2 as a client would that only knows HTTP and how to sign. */
record SignedCalls(URI address, Credential key, HttpClient http) {
  /** What came back. */
  record Answer(int status, String body) {
    XmlNode xml() {
      return XmlNode.parse(body);
    }

    /** The code of the error that it must be. */
    String code() {
      return one(one(xml(), "Errors"), "Error").text("Code").orElseThrow();
    }

    List<XmlNode> items(String set) {
      return one(xml(), set).children("item");
    }
  }

  SignedCalls(URI address, Credential key) {
    this(address, key, HttpClient.newHttpClient());
  }

  static XmlNode one(XmlNode parent, String name) {
    return parent.children(name).get(0);
  }

  /** The action with parameters as {@code name, value, name, value}. */
  Answer call(String action, String... parameters) throws IOException, InterruptedException {
    StringBuilder form = new StringBuilder("Action=" + action + "&Version=2016-11-15");
    for (int i = 0; i < parameters.length; i += 2) {
      form.append('&')
          .append(URLEncoder.encode(parameters[i], UTF_8))
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], UTF_8));
    }
    return post("ec2", form.toString(), Instant.now());
  }

  Answer post(String service, String form, Instant signedAt)
      throws IOException, InterruptedException {
    WireRequest request =
        WireRequest.of("POST", "/", Map.of("Host", List.of(address.getAuthority())));
    Signer.Signed signed =
        new Signer(key, "us-east-1", service).sign(request, sha256(form), signedAt);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(address.resolve("/"))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(form));
    signed
        .request()
        .headers()
        .forEach(
            (name, values) -> {
              if (!name.equals("host")) {
                builder.header(name, values.get(0));
              }
            });
    HttpResponse<String> response =
        http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
