package dev.sluice.lake.s3;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Scope;
import dev.sluice.awswire.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A form as a browser would post it, its policy signed; what is wrong with it is up to the test.
 */
final class PostedForm {
  static final String BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<String> conditions = new ArrayList<>();
  private String expiration = Instant.now().plusSeconds(600).toString();
  private String fileName = "cat.png";
  private byte[] file = "meow".getBytes(StandardCharsets.UTF_8);

  PostedForm(String key) {
    fields.put("key", key);
    conditions.add("{\"bucket\": \"lake\"}");
    conditions.add("[\"starts-with\", \"$key\", \"\"]");
  }

  /** A field, and the condition that allows it. */
  PostedForm field(String name, String value) {
    conditions.add("[\"eq\", \"$" + name + "\", \"" + value + "\"]");
    return extra(name, value);
  }

  /** A field of which the policy says nothing. */
  PostedForm extra(String name, String value) {
    fields.put(name, value);
    return this;
  }

  PostedForm condition(String json) {
    conditions.add(json);
    return this;
  }

  PostedForm expiring(String when) {
    expiration = when;
    return this;
  }

  PostedForm file(String name, byte[] bytes) {
    fileName = name;
    file = bytes.clone();
    return this;
  }

  PostedForm sign() {
    return sign(LocalS3.KEY, "{\"expiration\": \"" + expiration + "\", \"conditions\": [%s]}");
  }

  /** Signs what the pattern becomes with the conditions in it. */
  PostedForm sign(String key, String pattern) {
    String date =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now());
    Scope scope = new Scope(date.substring(0, 8), "eu-north-1", "s3");
    field("x-amz-algorithm", "AWS4-HMAC-SHA256");
    field("x-amz-credential", key + "/" + scope);
    field("x-amz-date", date);
    String policy =
        Base64.getEncoder()
            .encodeToString(
                pattern
                    .replace("%s", String.join(",", conditions))
                    .getBytes(StandardCharsets.UTF_8));
    fields.put("policy", policy);
    SigningKey signing = new SigningKey(new Credential(key, LocalS3.SECRET), scope, date);
    fields.put("x-amz-signature", signing.signPolicy(policy));
    return this;
  }

  byte[] body() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fields.forEach(
        (name, value) ->
            out.writeBytes(
                ("--"
                        + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\""
                        + name
                        + "\"\r\n\r\n"
                        + value
                        + "\r\n")
                    .getBytes(StandardCharsets.UTF_8)));
    out.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName
                + "\"\r\nContent-Type: image/png\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    out.writeBytes(file);
    out.writeBytes(
        ("\r\n--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nUpload\r\n--"
                + BOUNDARY
                + "--\r\n")
            .getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  RawClient.Reply post(RawClient raw) throws IOException {
    return post(raw, "/lake", "127.0.0.1", body());
  }

  static RawClient.Reply post(RawClient raw, String path, String host, byte[] body)
      throws IOException {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: multipart/form-data; boundary="
            + BOUNDARY
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return raw.raw(head.getBytes(StandardCharsets.US_ASCII), body);
  }
}
