package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;

/** Pages of other origins: asked beforehand, answered, and refused. */
class CorsTest {
  private static final CORSRule ONE =
      CORSRule.builder()
          .id("one")
          .allowedOrigins("https://*.example.com")
          .allowedMethods("GET", "PUT")
          .allowedHeaders("x-amz-*", "Content-Type")
          .exposeHeaders("ETag")
          .maxAgeSeconds(60)
          .build();
  private static final CORSRule ANY =
      CORSRule.builder().allowedOrigins("*").allowedMethods("HEAD", "POST").build();

  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;
  private RawClient raw;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    raw = new RawClient(lake.endpoint());
    s3.createBucket(each -> each.bucket("lake"));
  }

  @AfterEach
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private String set(CORSRule... rules) {
    return Refusal.of(
        () ->
            s3.putBucketCors(
                each -> each.bucket("lake").corsConfiguration(all -> all.corsRules(rules))));
  }

  private RawClient.Reply preflight(String path, String origin, String method, String headers)
      throws IOException {
    String more = headers.isEmpty() ? "" : "Access-Control-Request-Headers: " + headers + "\r\n";
    String head =
        "OPTIONS "
            + path
            + " HTTP/1.1\r\nHost: x\r\nOrigin: "
            + origin
            + "\r\nAccess-Control-Request-Method: "
            + method
            + "\r\n"
            + more
            + "\r\n";
    return raw.raw(head.getBytes(StandardCharsets.US_ASCII), new byte[0]);
  }

  @Test
  void rulesAreKeptAndTakenAway() throws Exception {
    assertThat(Refusal.of(() -> s3.getBucketCors(each -> each.bucket("lake"))))
        .isEqualTo("404 NoSuchCORSConfiguration");
    assertThat(set(ONE, ANY)).isEqualTo("200");
    stop();
    start(directory);
    assertThat(s3.getBucketCors(each -> each.bucket("lake")).corsRules())
        .extracting(CORSRule::allowedMethods)
        .containsExactly(ONE.allowedMethods(), ANY.allowedMethods());
    assertThat(s3.getBucketCors(each -> each.bucket("lake")).corsRules().get(0)).isEqualTo(ONE);
    s3.deleteBucketCors(each -> each.bucket("lake"));
    assertThat(Refusal.of(() -> s3.getBucketCors(each -> each.bucket("lake"))))
        .isEqualTo("404 NoSuchCORSConfiguration");
  }

  private void start(Path again) throws Exception {
    lake = new LocalS3(again);
    s3 = lake.client();
    raw = new RawClient(lake.endpoint());
  }

  @Test
  void rulesThatSayTooMuchAreRefused() {
    CORSRule.Builder rule = ANY.toBuilder();
    assertThat(set(rule.allowedMethods("PATCH").build())).isEqualTo("400 InvalidRequest");
    assertThat(set(ANY.toBuilder().allowedOrigins("http://*.a.*").build()))
        .isEqualTo("400 InvalidRequest");
    assertThat(set(ANY.toBuilder().allowedHeaders("*a*").build())).isEqualTo("400 InvalidRequest");
    assertThat(set(ANY.toBuilder().exposeHeaders("x-*").build())).isEqualTo("400 InvalidRequest");
    assertThat(set(ANY.toBuilder().id("i".repeat(256)).build())).isEqualTo("400 InvalidRequest");
    CORSRule[] many = new CORSRule[101];
    java.util.Arrays.fill(many, ANY);
    assertThat(set(many)).isEqualTo("400 InvalidRequest");
    assertThat(set(java.util.Arrays.copyOf(many, 100))).isEqualTo("200");
  }

  @Test
  void aPreflightIsAnsweredByTheRulesAlone() throws IOException {
    assertThat(preflight("/lake/k", "https://a.example.com", "PUT", "").code())
        .isEqualTo("AccessForbidden");
    set(ONE, ANY);
    RawClient.Reply reply =
        preflight("/lake/k", "https://a.example.com", "PUT", "X-Amz-Date, content-type");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text())
        .contains("access-control-allow-origin: https://a.example.com\r\n")
        .contains("access-control-allow-methods: GET, PUT\r\n")
        .contains("access-control-allow-headers: X-Amz-Date, content-type\r\n")
        .contains("access-control-expose-headers: ETag\r\n")
        .contains("access-control-max-age: 60\r\n")
        .contains("access-control-allow-credentials: true\r\n")
        .contains("vary: Origin");
    assertThat(preflight("/lake/none", "http://elsewhere", "HEAD", "").text())
        .contains("access-control-allow-origin: *\r\n")
        .doesNotContain("credentials");
    for (String[] refused :
        List.of(
            new String[] {"/lake/k", "http://a.example.com", "PUT", ""},
            new String[] {"/lake/k", "https://a.example.com", "DELETE", ""},
            new String[] {"/lake/k", "https://a.example.com", "PUT", "authorization"},
            new String[] {"/none/k", "https://a.example.com", "PUT", ""},
            new String[] {"/", "https://a.example.com", "PUT", ""})) {
      reply = preflight(refused[0], refused[1], refused[2], refused[3]);
      assertThat(reply.code()).as(String.join(" ", refused)).isEqualTo("AccessForbidden");
      assertThat(reply.text()).doesNotContain("access-control-");
    }
    assertThat(
            raw.raw(
                    "OPTIONS /lake/k HTTP/1.1\r\nHost: x\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII),
                    new byte[0])
                .code())
        .isEqualTo("BadRequest");
  }

  private RawClient.Reply get(String path, String origin) throws IOException {
    Map<String, String> headers = Map.of("content-length", "0", "origin", origin);
    return raw.send(raw.sign("GET", path, headers, RawClient.EMPTY_SHA256), new byte[0]);
  }

  @Test
  void answersAndErrorsSayWhoMayReadThem() throws Exception {
    set(ONE, ANY);
    s3.putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("bytes"));
    String allowed = "access-control-allow-origin: https://b.example.com\r\n";
    assertThat(get("/lake/k", "https://b.example.com").text()).contains(allowed, "\r\n\r\nbytes");
    assertThat(get("/lake/none", "https://b.example.com").text())
        .contains(allowed, "<Code>NoSuchKey</Code>");
    assertThat(get("/lake/k", "https://other").text()).doesNotContain("access-control-");
    HttpResponse<String> unsigned =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(lake.endpoint() + "/lake/k"))
                    .header("Origin", "https://b.example.com")
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(unsigned.statusCode()).isEqualTo(403);
    assertThat(unsigned.headers().firstValue("access-control-allow-origin"))
        .contains("https://b.example.com");
  }
}
