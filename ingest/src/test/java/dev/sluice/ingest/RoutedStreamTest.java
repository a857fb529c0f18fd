package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route and partitions as settings say them, from the door to the command line. */
class RoutedStreamTest {

  private static final String SETTINGS =
      """
      streams:
        shared-clicks:
          shards: 1
          partition: bucket[4] (visitor)
          fields:
            - {name: visitor}
            - {name: type, required: true}
          route:
            field: type
            tables: {view: shared_views, leave: shared_leaves}
      """;

  @TempDir Path data;

  @Test
  void aStreamThatIsSharedOutIsShownAndVerifiedByTheNameOfAnyOfItsTables() throws Exception {
    House house = House.open();
    Path settings = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      send(ingest.door());
      Await.until("all are committed", () -> next(house, "shared_leaves") == 4);
      assertThat(ingest.run("stream", "show", "shared-clicks").out())
          .contains("raw.shared_leaves, raw.shared_views")
          .contains("partitioned by bucket[4](visitor)")
          .contains("type view: raw.shared_views");
      assertThat(ingest.run("verify", "raw.shared_views", "--deep").out())
          .contains("raw.shared_leaves, raw.shared_views: sound, 3 rows");
    }
  }

  private static void send(URI door) throws Exception {
    String lines =
        """
        {"visitor":"a","type":"view"}
        {"visitor":"b","type":"leave"}
        {"visitor":"c","type":"dance"}
        {"visitor":"d","type":"view"}
        """;
    HttpRequest request =
        HttpRequest.newBuilder(door.resolve("/v1/streams/shared-clicks/events"))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).contains("\"accepted\":4");
  }

  private static long next(House house, String table) {
    return house.lake().find(TableIdentifier.of("raw", table)).stream()
        .flatMap(found -> TableProgress.of(found).values().stream())
        .mapToLong(progress -> progress.nextOffset())
        .sum();
  }
}
