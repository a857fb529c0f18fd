package dev.sluice.awswire;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Signs requests as a client does. Pure: the time is given. */
public final class Signer {
  private final Credential credential;
  private final String region;
  private final String service;

  public Signer(Credential credential, String region, String service) {
    this.credential = credential;
    this.region = region;
    this.service = service;
  }

  /** A signed request: what to send, and what signs its chunks. */
  public record Signed(WireRequest request, SigningKey key, String signature) {}

  /**
   * Adds {@code x-amz-date}, {@code x-amz-content-sha256} and {@code authorization}; all headers
   * present are signed, so a {@code host} header must be there.
   */
  public Signed sign(WireRequest request, String payloadHash, Instant now) {
    String timestamp = BasicTime.format(now);
    Map<String, List<String>> headers = new TreeMap<>(request.headers());
    headers.put("x-amz-date", List.of(timestamp));
    headers.put("x-amz-content-sha256", List.of(payloadHash));
    WireRequest dated =
        new WireRequest(request.method(), request.rawPath(), request.rawQuery(), headers);
    List<String> names = new ArrayList<>(dated.headers().keySet());
    Scope scope = new Scope(timestamp.substring(0, 8), region, service);
    SigningKey key = new SigningKey(credential, scope, timestamp);
    String signature = key.signRequest(CanonicalRequest.text(dated, names, payloadHash));
    headers.put(
        "authorization",
        List.of(
            SigningKey.ALGORITHM
                + " Credential="
                + credential.accessKey()
                + "/"
                + scope
                + ",SignedHeaders="
                + String.join(";", names)
                + ",Signature="
                + signature));
    WireRequest signed =
        new WireRequest(request.method(), request.rawPath(), request.rawQuery(), headers);
    return new Signed(signed, key, signature);
  }

  /** The query string that lets anyone send this request until it expires. */
  public String presign(WireRequest request, Duration expiry, Instant now) {
    String timestamp = BasicTime.format(now);
    Scope scope = new Scope(timestamp.substring(0, 8), region, service);
    List<String> names = new ArrayList<>(request.headers().keySet());
    Map<String, String> added = new LinkedHashMap<>();
    added.put("X-Amz-Algorithm", SigningKey.ALGORITHM);
    added.put("X-Amz-Credential", credential.accessKey() + "/" + scope);
    added.put("X-Amz-Date", timestamp);
    added.put("X-Amz-Expires", Long.toString(expiry.toSeconds()));
    added.put("X-Amz-SignedHeaders", String.join(";", names));
    StringBuilder query = new StringBuilder(request.rawQuery());
    added.forEach(
        (name, value) -> {
          if (query.length() > 0) {
            query.append('&');
          }
          query.append(name).append('=').append(Percent.encode(value));
        });
    WireRequest unsigned =
        new WireRequest(request.method(), request.rawPath(), query.toString(), request.headers());
    SigningKey key = new SigningKey(credential, scope, timestamp);
    String signature = key.signRequest(CanonicalRequest.text(unsigned, names, "UNSIGNED-PAYLOAD"));
    return query + "&X-Amz-Signature=" + signature;
  }
}
