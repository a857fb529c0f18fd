package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

/** Events come up to a month late, in any order. */
class LateLaneTest {

  private static final int ROUNDS = 12;
  private static final int EVENTS = 90;
  private static final int DAYS = 29;

  /** Of a commit: one of the day, one of all that is late. */
  private static final int FILES_OF_A_COMMIT = 2;

  /** The newest days may have more: rows of theirs still come. */
  private static final int OPEN_DAYS = 2;

  @Test
  void lateRowsOfAMonthAreOneFileACommitAndInTheEndOneFileADay() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Scene scene = new Scene("late", 1)) {
      scene.lateDeadline = Duration.ofSeconds(4);
      scene.worker("w");
      for (int round = 0; round < ROUNDS; round++) {
        List<String> events = new ArrayList<>();
        for (int number = round * EVENTS; number < (round + 1) * EVENTS; number++) {
          Instant time = Instant.now().minus(Duration.ofHours(random.nextInt(DAYS * 24)));
          events.add(Scene.event(number, time));
        }
        scene.produce(0, events);
        scene.awaitCommitted((round + 1L) * EVENTS);
      }
      int commits = 0;
      int daysOfCommits = 0;
      for (Snapshot snapshot : scene.table().snapshots()) {
        String days = snapshot.summary().get(TableProgress.SUMMARY_DAYS);
        if (days != null) {
          commits++;
          daysOfCommits += days.split(",", -1).length;
        }
      }
      double files = scene.registry.find("sluice.sink.files").counter().count();
      System.out.printf(
          "LATE %d commits: %d files of a day each would be, %.0f were%n",
          commits, daysOfCommits, files);
      assertThat(files).as("seed %d", seed).isLessThanOrEqualTo(commits * FILES_OF_A_COMMIT);
      assertThat(daysOfCommits).as("seed %d", seed).isGreaterThan((int) (5 * files));
      Await.until("each day is over and has one file", () -> oneFileADay(scene.table()));
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(ROUNDS * EVENTS);
      assertThat(scene.rows()).hasSize(ROUNDS * EVENTS);
      assertThat(scene.verify().problems()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void whatLiesInTheLaneIsFiledByTheWorkerThatComesNext() throws Exception {
    try (Scene scene = new Scene("laterestart", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, Scene.event(1, Instant.now()));
      for (int number = 2; number < 12; number++) {
        scene.produce(0, Scene.event(number, Instant.now().minus(Duration.ofDays(number))));
      }
      scene.awaitCommitted(11);
      assertThat(unfiled(scene.table())).isPositive();
      // Where the rows lie is not seen by who asks for days.
      assertThat(askedForTheRowsOfDaysBefore(scene)).contains("\"rows\":[[10]]");
      first.drop();
      scene.worker("b");
      Await.until("the lane is empty", () -> unfiled(scene.table()) == 0);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(11);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static String askedForTheRowsOfDaysBefore(Scene scene) throws Exception {
    String sql =
        "SELECT count(*) AS late FROM "
            + TableLayout.identifier(scene.stream)
            + " WHERE _time < TIMESTAMPTZ '"
            + Instant.now().minus(Duration.ofDays(1))
            + "'";
    HttpRequest request =
        HttpRequest.newBuilder(scene.house.catalogUri().resolve("/api/v1/sql"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"" + sql + "\"}"))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static List<FileScanTask> files(Table table) throws Exception {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(files::add);
    }
    return files;
  }

  private static long unfiled(Table table) throws Exception {
    return files(table).stream().filter(task -> task.spec().isUnpartitioned()).count();
  }

  private static boolean oneFileADay(Table table) throws Exception {
    Map<Integer, Integer> days = new TreeMap<>();
    for (FileScanTask task : files(table)) {
      if (task.spec().isUnpartitioned()) {
        return false;
      }
      days.merge(task.file().partition().get(0, Integer.class), 1, Integer::sum);
    }
    List<Integer> counts = List.copyOf(days.values());
    // Just after midnight today may have none.
    return days.size() >= DAYS - 1
        && counts.subList(0, counts.size() - OPEN_DAYS).stream().allMatch(count -> count == 1);
  }
}
