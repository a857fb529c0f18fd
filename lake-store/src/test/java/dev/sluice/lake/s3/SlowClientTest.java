package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.ByteSize;
import dev.sluice.lake.object.Listing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that send next to nothing, on as many connections as they can, keep nobody else waiting.
 */
class SlowClientTest {
  private static final int REQUESTS = 4;
  private static final int CONNECTIONS = 20;

  @TempDir Path directory;
  private LocalS3 lake;
  private RawClient raw;
  private final List<RawConnection> connections = new ArrayList<>();
  private final List<Future<?>> drips = new ArrayList<>();
  private final ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();

  @BeforeEach
  void start() throws Exception {
    S3Settings settings =
        new S3Settings(
            "127.0.0.1",
            0,
            Optional.empty(),
            2,
            REQUESTS,
            Duration.ofSeconds(1),
            new ByteSize(1 << 20),
            List.of("localhost"),
            CONNECTIONS,
            Duration.ofMillis(300),
            new ByteSize(1024));
    lake = new LocalS3(directory, settings);
    lake.store().createBucket("lake", "");
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    drip.shutdownNow();
    assertThat(drip.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    for (RawConnection each : connections) {
      each.close();
    }
    lake.close();
  }

  private RawConnection connect() throws IOException {
    RawConnection connection = new RawConnection(lake.endpoint());
    connections.add(connection);
    return connection;
  }

  /** Sends a byte every now and then until the connection breaks. */
  private void trickle(RawConnection connection) {
    drips.add(
        drip.scheduleWithFixedDelay(
            () -> {
              try {
                connection.write("x");
              } catch (IOException closed) {
                throw new IllegalStateException(closed);
              }
            },
            10,
            20,
            TimeUnit.MILLISECONDS));
  }

  private static byte[] put(RawClient raw, String key) {
    return RawClient.head(
        raw.sign("PUT", "/lake/" + key, Map.of("content-length", "100000"), "UNSIGNED-PAYLOAD"));
  }

  @Test
  void bodiesThatTrickleAreGivenUpAndNothingOfThemIsKept() throws IOException {
    for (int each = 0; each < REQUESTS; each++) {
      RawConnection connection = connect().write(put(raw, "slow" + each));
      if (each % 2 == 0) {
        trickle(connection);
      }
    }
    for (RawConnection each : connections) {
      RawClient.Reply reply = each.reply();
      assertThat(reply.code()).as(reply.text()).isEqualTo("RequestTimeout");
      assertThat(each.ended()).isTrue();
    }
    assertThat(raw.send("PUT", "/lake/after").status()).isEqualTo(200);
    assertThat(lake.store().list("lake", new Listing.Query("", "", "", 10)).entries())
        .extracting(Listing.Entry::key)
        .containsExactly("after");
  }

  @Test
  void theRestOfARefusedBodyMayNotTrickleEither() throws IOException {
    String head = "PUT /lake/key HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
    RawConnection connection = connect().write(head);
    assertThat(connection.reply().code()).isEqualTo("AccessDenied");
    trickle(connection);
    assertThat(connection.ended()).isTrue();
  }

  @Test
  void headsThatTrickleAreCutOff() throws IOException {
    RawConnection first = connect().write("GET /lake/key HTTP/1.1\r\nHost: x\r\nx-drip: ");
    trickle(first);
    RawConnection later = connect();
    later.write("GET /lake/key HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(later.reply().code()).isEqualTo("AccessDenied");
    later.write("GET /lake/key HTTP/1.1\r\nHost: x\r\nx-drip: ");
    trickle(later);
    assertThat(first.ended()).isTrue();
    assertThat(later.ended()).isTrue();
  }

  @Test
  void connectionsBeyondTheirNumberAreClosedAtOnce() throws IOException {
    for (int each = 0; each < CONNECTIONS; each++) {
      RawConnection connection = connect();
      connection.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(connection.reply().status()).isEqualTo(403);
    }
    assertThat(connect().ended()).isTrue();
    connections.get(0).close();
    // The server learns of the end of one when it next looks at it, and then takes another.
    RawClient.Reply reply = new RawClient.Reply("");
    while (reply.status() == 0) {
      reply = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply();
    }
    assertThat(reply.text().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
  }
}
