package dev.sluice.transform.schedule;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Secret;
import dev.sluice.transform.schedule.ScheduleSettings.Alerts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells of a run that was given up, and of the first that succeeded after: one JSON object in a
 * POST. With a secret, {@code X-Sluice-Signature} is {@code sha256=} and the HMAC-SHA256 of the
 * header {@code X-Sluice-Time}, a dot and the body.
 */
final class Webhook {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALGORITHM = "HmacSHA256";
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private final Alerts alerts;
  private final HttpClient http;
  private final Timepiece time;

  Webhook(Alerts alerts, HttpClient http, Timepiece time) {
    this.alerts = alerts;
    this.http = http;
    this.time = time;
  }

  /** What is sent. */
  static String body(Told told) {
    ObjectNode body = JSON.createObjectNode().put("source", "sluice etl schedule");
    if (told instanceof Told.GivenUp given) {
      body.put("status", "failed")
          .put("schedule", given.schedule())
          .put("day", given.day().toString())
          .put("due", given.due().toString())
          .put("attempts", given.attempts())
          .put("why", given.why());
    } else if (told instanceof Told.Recovered recovered) {
      body.put("status", "recovered")
          .put("schedule", recovered.schedule())
          .put("day", recovered.day().toString());
    }
    return body.toString();
  }

  /** Whether somebody took it; nobody is told where no address is set. */
  boolean send(Told told) throws InterruptedException {
    if (alerts.url().isEmpty()) {
      return true;
    }
    String body = body(told);
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      if (taken(body)) {
        return true;
      }
      if (attempt == alerts.attempts()) {
        return false;
      }
      time.rest(wait);
      wait = wait.multipliedBy(2);
    }
  }

  private boolean taken(String body) throws InterruptedException {
    String at = Long.toString(time.now().getEpochSecond());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(alerts.url().orElseThrow())
            .timeout(alerts.patience())
            .header("Content-Type", "application/json")
            .header("X-Sluice-Time", at)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    alerts
        .secret()
        .ifPresent(
            secret -> request.header("X-Sluice-Signature", "sha256=" + sign(secret, at, body)));
    try {
      int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      return status >= 200 && status < 300;
    } catch (IOException unreachable) {
      return false;
    }
  }

  static String sign(Secret secret, String at, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] signed = mac.doFinal((at + "." + body).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(signed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
