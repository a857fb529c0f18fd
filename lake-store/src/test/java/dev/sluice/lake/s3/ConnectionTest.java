package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What happens on one connection after another request: it is answered rightly, or the connection
 * is closed; never is the rest of one request taken for the next.
 */
class ConnectionTest {
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  private static final String ANONYMOUS = "GET /lake/next HTTP/1.1\r\nHost: x\r\n\r\n";
  @TempDir static Path directory;
  private static LocalS3 lake;
  private static RawClient raw;

  @BeforeAll
  static void start() throws Exception {
    lake = new LocalS3(directory);
    lake.store().createBucket("lake", "");
    raw = new RawClient(lake.endpoint());
  }

  @AfterAll
  static void stop() throws IOException {
    lake.close();
  }

  @AfterEach
  void empty() {
    lake.empty();
  }

  private static RawConnection connect() throws IOException {
    return new RawConnection(lake.endpoint());
  }

  private static byte[] request(String method, String target, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    if (!headers.containsKey("transfer-encoding")) {
      all.putIfAbsent("content-length", "0");
    }
    Signer.Signed signed = raw.sign(method, target, all, UNSIGNED);
    return RawClient.head(signed);
  }

  private static byte[] put(String key, int length, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("content-length", Integer.toString(length));
    return request("PUT", "/lake/" + key, headers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: -5",
        "Content-Length: five",
        "Content-Length: 5 5",
        "Content-Length: 99999999999999999999",
        "Content-Length : 5",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
        "X-Nul: a\u0000b",
        "no colon here",
        ": no name"
      })
  void whereARequestEndsIsNeverInDoubt(String framing) throws IOException {
    try (RawConnection connection = connect()) {
      // Whoever reads the other of the two lengths would find a request in the body.
      connection.write(
          "PUT /lake/smuggled HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n0\r\n\r\n" + ANONYMOUS);
      RawClient.Reply reply = connection.reply();
      assertThat(reply.status()).as(reply.text()).isIn(400, 411, 501);
      assertThat(reply.code()).isNotEmpty();
      assertThat(reply.text().toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
      assertThat(connection.ended()).isTrue();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
    try (RawConnection connection = connect()) {
      for (String key : List.of("a", "b", "c")) {
        connection.write(put(key, 1, Map.of())).write(key);
      }
      connection.write(request("GET", "/lake/b", Map.of()));
      connection.write(request("HEAD", "/lake/none", Map.of()));
      connection.write(request("GET", "/lake/c", Map.of()));
      for (int each = 0; each < 3; each++) {
        assertThat(connection.reply().status()).isEqualTo(200);
      }
      assertThat(connection.reply().text()).endsWith("\r\n\r\nb");
      assertThat(connection.reply("HEAD").status()).isEqualTo(404);
      assertThat(connection.reply().text()).endsWith("\r\n\r\nc");
    }
  }

  @Test
  void headAnswersHaveNoBodyAndTheConnectionLivesOn() throws IOException {
    try (RawConnection connection = connect()) {
      connection.write(put("key", 4, Map.of())).write("body");
      assertThat(connection.reply().status()).isEqualTo(200);
      for (String target : List.of("/lake/key", "/lake/none", "/none", "/lake", "/lake?acl")) {
        connection.write(request("HEAD", target, Map.of()));
        assertThat(connection.reply("HEAD").status()).as(target).isIn(200, 404, 501);
      }
      connection.write(request("HEAD", "/lake/key", Map.of("if-none-match", "*")));
      assertThat(connection.reply("HEAD").status()).isEqualTo(304);
      connection.write(request("GET", "/lake/key", Map.of("if-match", "nothing")));
      assertThat(connection.reply().code()).isEqualTo("PreconditionFailed");
      connection.write("HEAD /lake/key HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(connection.reply("HEAD").status()).isEqualTo(403);
      connection.write(request("GET", "/lake/key", Map.of()));
      assertThat(connection.reply().text()).endsWith("\r\n\r\nbody");
    }
  }

  @Test
  void afterARefusedBodyTheNextRequestIsAnsweredRightly() throws IOException {
    byte[] body = "x".repeat(300_000).getBytes(StandardCharsets.US_ASCII);
    try (RawConnection connection = connect()) {
      for (Map<String, String> wrong :
          List.of(
              Map.of("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
              Map.of("x-amz-acl", "public-read"),
              Map.of("x-amz-checksum-crc32", "AAAAAA=="),
              Map.of("if-match", "nothing"))) {
        connection.write(put("key", body.length, wrong)).write(body);
        RawClient.Reply reply = connection.reply();
        assertThat(reply.status()).as(reply.text()).isIn(400, 404, 412, 501);
        assertThat(reply.code()).isNotEmpty();
      }
      connection.write(
          "PUT /lake/key HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n");
      assertThat(connection.write(body).reply().code()).isEqualTo("AccessDenied");
      connection.write(request("GET", "/lake/key", Map.of()));
      assertThat(connection.reply().code()).isEqualTo("NoSuchKey");
    }
    assertThat(lake.keys()).isEmpty();
  }

  @Test
  void aBodyOnARequestThatTakesNoneIsNotTheNextRequest() throws IOException {
    try (RawConnection connection = connect()) {
      for (String method : List.of("GET", "DELETE", "HEAD")) {
        byte[] body = ANONYMOUS.getBytes(StandardCharsets.US_ASCII);
        Map<String, String> headers = Map.of("content-length", Integer.toString(body.length));
        connection.write(request(method, "/lake/key", headers)).write(body);
        assertThat(connection.reply(method).status()).as(method).isEqualTo(501);
      }
      connection.write(request("GET", "/lake/key", Map.of()));
      assertThat(connection.reply().code()).isEqualTo("NoSuchKey");
    }
  }

  @Test
  void aBodyLongerThanItsLengthEndsTheConnection() throws IOException {
    try (RawConnection connection = connect()) {
      connection.write(put("key", 3, Map.of())).write("abcDEFGH\r\n\r\n");
      assertThat(connection.reply().status()).isEqualTo(200);
      assertThat(connection.reply().code()).isEqualTo("BadRequest");
      assertThat(connection.ended()).isTrue();
    }
    assertThat(lake.store().find("lake", "key", java.util.Optional.empty()).orElseThrow().size())
        .isEqualTo(3);
  }

  @Test
  void whoExpectsToBeToldToGoOnIsToldOrRefused() throws IOException {
    try (RawConnection connection = connect()) {
      connection.write(put("key", 3, Map.of("expect", "100-continue")));
      assertThat(connection.reply().status()).isEqualTo(100);
      assertThat(connection.write("abc").reply().status()).isEqualTo(200);
      connection.write(put("key", 3, Map.of("expect", "100-continue", "x-amz-acl", "public-read")));
      assertThat(connection.reply().code()).isEqualTo("NotImplemented");
      assertThat(connection.ended()).isTrue();
    }
    try (RawConnection connection = connect()) {
      connection.write(put("key", 3, Map.of("expect", "200-maybe")));
      assertThat(connection.reply().status()).isEqualTo(417);
      assertThat(connection.ended()).isTrue();
    }
  }

  @Test
  void anOldClientIsAnsweredAndTheConnectionClosed() throws IOException {
    lake.store().createBucket("old", "");
    try (RawConnection connection = connect()) {
      String head =
          new String(request("GET", "/old", Map.of()), StandardCharsets.ISO_8859_1)
              .replace("HTTP/1.1", "HTTP/1.0");
      assertThat(connection.write(head).reply().status()).isEqualTo(200);
      assertThat(connection.ended()).isTrue();
    }
    try (RawConnection connection = connect()) {
      connection.write("GET / HTTP/1.0\r\n\r\n");
      assertThat(connection.reply().code()).isEqualTo("AccessDenied");
      assertThat(connection.ended()).isTrue();
    }
  }

  private static String absolute(String target, String authority) {
    return new String(request("GET", target, Map.of()), StandardCharsets.ISO_8859_1)
        .replace("GET /", "GET " + authority + "/");
  }

  @Test
  void aTargetInAbsoluteFormMeansItsPath() throws IOException {
    String authority = lake.endpoint().getAuthority();
    try (RawConnection connection = connect()) {
      connection.write(absolute("/lake?versions", "http://" + authority));
      assertThat(connection.reply().text()).contains("ListVersionsResult");
      connection.write(absolute("/?x-id=ListBuckets", "http://" + authority));
      assertThat(connection.reply().text()).contains("ListAllMyBucketsResult");
      connection.write(absolute("/lake", "http://other.localhost"));
      assertThat(connection.reply().code()).isEqualTo("InvalidRequest");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET lake/key HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET ftp://x/lake HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /lake key HTTP/1.1\r\nHost: x\r\n\r\n",
        "get / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"
      })
  void oddRequestLinesAreRefusedInXml(String text) throws IOException {
    try (RawConnection connection = connect()) {
      RawClient.Reply reply = connection.write(text).reply();
      assertThat(reply.status()).as(reply.text()).isIn(400, 403, 405, 501, 505);
      assertThat(reply.code()).as(reply.text()).isNotEmpty();
      assertThat(reply.text()).doesNotContain("\tat ", "Exception");
    }
  }

  @Test
  void linesAndHeadersHaveTheirLimits() throws IOException {
    String longLine = "GET /lake?prefix=" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    String longHeader = "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(40_000) + "\r\n\r\n";
    String manyHeaders = "GET / HTTP/1.1\r\nHost: x\r\n" + "X-A: a\r\n".repeat(8_000) + "\r\n";
    Map<String, Integer> wanted = Map.of(longLine, 414, longHeader, 400, manyHeaders, 400);
    for (Map.Entry<String, Integer> each : wanted.entrySet()) {
      try (RawConnection connection = connect()) {
        RawClient.Reply reply = connection.write(each.getKey()).reply();
        assertThat(reply.status()).isEqualTo(each.getValue());
        assertThat(reply.code())
            .isEqualTo(each.getValue() == 414 ? "URITooLong" : "RequestHeaderSectionTooLarge");
        assertThat(connection.ended()).isTrue();
      }
    }
  }
}
