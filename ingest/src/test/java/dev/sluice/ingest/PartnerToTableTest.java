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
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partner's call as settings say it, from the webhook to the row. */
class PartnerToTableTest {
  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "attributions");
  private static final String SETTINGS =
      """
      webhooks:
        adjust: {secrets: [cb-secret]}
      enrichment:
        streams:
          attributions: [{step: truncate-ip, from: ip}]
      """;

  @TempDir Path data;

  @Test
  void aCallbackIsOneRowWithWhatNobodyMappedAndWhatFailed() throws Exception {
    House house = House.open();
    Path settings = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      call(ingest.door(), "adid=d1&ip_address=192.0.2.77&tracker_name=Net%3A%3AX");
      call(ingest.door(), "adid=d1&ip_address=192.0.2.77&tracker_name=Net%3A%3AX");
      call(ingest.door(), "adid=d2&ip_address=somewhere");
      Await.until("all are committed", () -> next(house) == 3);
      Map<String, Record> rows = rows(house.lake().load(TABLE));
      assertThat(rows).as("the same call again is a duplicate").containsOnlyKeys("d1", "d2");
      Record first = rows.get("d1");
      assertThat(first.getField("provider")).isEqualTo("adjust");
      assertThat(first.getField("ip")).isEqualTo("192.0.2.0");
      assertThat(first.getField("_extra")).isEqualTo(Map.of("tracker_name", "\"Net::X\""));
      assertThat(rows.get("d2").getField("_extra"))
          .isEqualTo(Map.of("_enrichment_failed", "[\"truncate-ip\"]"));
      assertThat(ingest.run("verify", "raw.attributions", "--deep").out())
          .contains("raw.attributions: sound, 2 rows");
    }
  }

  private static void call(URI door, String parameters) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                door.resolve(
                    "/v1/hooks/adjust?secret=cb-secret&activity_kind=install&created_at=1769847300&"
                        + parameters))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static Map<String, Record> rows(Table table) throws Exception {
    Map<String, Record> rows = new HashMap<>();
    int count = 0;
    try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
      for (Record row : read) {
        rows.put((String) row.getField("device_id"), row);
        count++;
      }
    }
    assertThat(count).isEqualTo(rows.size());
    return rows;
  }

  private static long next(House house) {
    return house.lake().find(TABLE).stream()
        .flatMap(found -> TableProgress.of(found).values().stream())
        .mapToLong(progress -> progress.nextOffset())
        .sum();
  }
}
