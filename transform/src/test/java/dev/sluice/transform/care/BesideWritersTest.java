package dev.sluice.transform.care;

import static dev.sluice.transform.care.Ward.FIRST;
import static dev.sluice.transform.care.Ward.MORNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LocalSpark;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ExpireSnapshots.CleanupLevel;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Table care on a real lake, whose tables are written meanwhile. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BesideWritersTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final LocalDate OPEN = FIRST.plusDays(2);
  private static final String PROGRESS = "sluice.log.topic.0";

  @TempDir private static Path data;
  private static LakeProcess lake;

  private final Ward ward = new Ward("ward");

  @BeforeAll
  static void startLake() throws Exception {
    lake = LakeProcess.start(data);
    lake.mount(SPARK, "ward");
  }

  @AfterAll
  static void stopLake() throws Exception {
    lake.close();
  }

  @AfterEach
  void dropTables() {
    ward.close();
  }

  @Test
  void aWriterThatCommitsAllTheTimeNeverFailsAndItsProgressStays() throws Exception {
    String table = ward.make("busy", "'" + PROGRESS + "'='next=0'");
    ward.load(table, FIRST, 12);
    ward.load(table, FIRST.plusDays(1), 12);
    SPARK.sql("DELETE FROM " + table + " WHERE id % 10 = 3");
    ward.load(table, OPEN, 1);
    String closed = table + " WHERE _time < '" + OPEN + "'";
    Row rows = ward.rows(closed);
    List<Cared> done;
    Writer writer = new Writer(ward.table(table), ward.files(table, OPEN).get(0).file());
    try (writer) {
      writer.start();
      done =
          ward.care(
              MORNING, Policy.standard(), Orphans.DELETE, List.of(table), Set.of(Action.values()));
    }

    assertThat(writer.commits()).as("commits beside care").isGreaterThan(1);
    assertThat(done).extracting(Cared::action).containsExactly(Action.values());
    assertThat(done).noneMatch(cared -> cared.ending() == Ending.FAILED);
    assertThat(done.get(0).ending()).as(done.get(0).note()).isEqualTo(Ending.DONE);
    assertThat(ward.files(table, FIRST)).hasSize(1);
    assertThat(ward.rows(closed)).isEqualTo(rows);
    assertThat(SPARK.table(table).count()).isEqualTo(rows.getLong(0) + 10 + 10L * writer.commits());
    assertThat(ward.table(table).properties())
        .containsEntry(PROGRESS, "next=" + 10 * writer.commits());
  }

  @Test
  void whatADeleteTakesFromAFileWhileItIsRewrittenStaysDeleted() {
    String table = ward.make("deleted");
    ward.load(table, FIRST, 3);
    Table seen = ward.table(table);
    ward.rows(table);
    SPARK.sql("DELETE FROM " + table + " WHERE id % 10 = 3");
    Row rows = ward.rows(table);

    // Care begins with what it saw before the deletion.
    Patient late = new Patient(table, seen, Policy.standard(), ClosedDays.of(seen, MORNING));
    Cared cared = new Compaction(SPARK, "late").run(late);

    assertThat(cared.ending()).as(cared.note()).isEqualTo(Ending.GAVE_WAY);
    assertThat(ward.rows(table)).isEqualTo(rows);
    assertThat(ward.care(MORNING, table, Action.COMPACT).get(0).ending()).isEqualTo(Ending.DONE);
    assertThat(ward.rows(table)).isEqualTo(rows);
  }

  @Test
  void expiredFilesAndOrphansAreGoneFromTheStore() throws Exception {
    String table = ward.make("stored", "'sluice.care.keep-snapshots'='1'");
    ward.load(table, FIRST, 3);
    Row rows = ward.rows(table);
    Table before = ward.table(table);
    String small = ward.files(table, FIRST).get(0).file().location();
    String orphan = before.locationProvider().newDataLocation("of-a-dead-worker.parquet");
    try (OutputStream out = before.io().newOutputFile(orphan).create()) {
      out.write(new byte[7]);
    }
    var later = java.time.Instant.now().plus(Duration.ofDays(30));

    List<Cared> first = delete(later, table, Action.COMPACT, Action.EXPIRE, Action.ORPHANS);
    List<Cared> second = delete(later.plus(Duration.ofDays(4)), table, Action.ORPHANS);

    assertThat(first).extracting(Cared::ending).doesNotContain(Ending.FAILED);
    assertThat(first.get(1).bytesSaved()).as(first.get(1).note()).isPositive();
    assertThat(second.get(0).bytesSaved()).as(second.get(0).note()).isEqualTo(7);
    assertThat(before.io().newInputFile(small).exists()).isFalse();
    assertThat(before.io().newInputFile(orphan).exists()).isFalse();
    assertThat(ward.rows(table)).isEqualTo(rows);
  }

  @Test
  void aFileThatIsNamedUnderAnotherSchemeOrStoreIsNoOrphan() {
    String table = ward.make("renamed");
    ward.load(table, FIRST, 2);
    Table named = ward.table(table);
    List<FileScanTask> files = ward.files(table, FIRST);
    DataFile first = files.get(0).file();
    DataFile second = files.get(1).file();
    named
        .newRewrite()
        .deleteFile(first)
        .addFile(moved(named, first, first.location().replace("s3://", "s3a://")))
        .commit();
    var later = java.time.Instant.now().plus(Duration.ofDays(30));
    expireAll(named);
    Cared sameScheme = delete(later, table, Action.ORPHANS).get(0);
    assertThat(sameScheme.ending()).as(sameScheme.note()).isEqualTo(Ending.IDLE);

    named
        .newRewrite()
        .deleteFile(second)
        .addFile(moved(named, second, second.location().replace("s3://lake/", "s3://pond/")))
        .commit();
    expireAll(named);
    Cared ambiguous = delete(later, table, Action.ORPHANS).get(0);
    assertThat(ambiguous.ending()).as(ambiguous.note()).isEqualTo(Ending.LEFT);
    assertThat(ambiguous.note()).contains("sluice.care.same-stores").contains("pond");

    named.updateProperties().set("sluice.care.same-stores", "pond=lake").commit();
    assertThat(delete(later, table, Action.ORPHANS).get(0).ending()).isEqualTo(Ending.IDLE);
    assertThat(named.io().newInputFile(second.location()).exists()).isTrue();
  }

  private static DataFile moved(Table table, DataFile file, String place) {
    return DataFiles.builder(table.spec()).copy(file).withPath(place).build();
  }

  /** With the manifests alone: the files of rows stay. */
  private static void expireAll(Table table) {
    table
        .expireSnapshots()
        .expireOlderThan(Long.MAX_VALUE)
        .retainLast(1)
        .cleanupLevel(CleanupLevel.METADATA_ONLY)
        .commit();
  }

  private List<Cared> delete(java.time.Instant now, String table, Action... actions) {
    return ward.care(now, Policy.standard(), Orphans.DELETE, List.of(table), Set.of(actions));
  }

  /** Commits files and their offsets together, as ingest does, until it is closed. */
  private static final class Writer implements AutoCloseable {
    private final Table table;
    private final DataFile model;
    private final byte[] bytes;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger commits = new AtomicInteger();
    private final CountDownLatch began = new CountDownLatch(1);
    private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

    Writer(Table table, DataFile model) throws Exception {
      this.table = table;
      this.model = model;
      try (var in = table.io().newInputFile(model.location()).newStream()) {
        this.bytes = in.readAllBytes();
      }
    }

    void start() throws InterruptedException {
      work = CompletableFuture.runAsync(this::write);
      began.await();
    }

    int commits() {
      return commits.get();
    }

    private void write() {
      try {
        while (!ended.get()) {
          commit(commits.get() + 1);
          commits.incrementAndGet();
          began.countDown();
        }
      } catch (java.io.IOException broken) {
        throw new java.io.UncheckedIOException(broken);
      } finally {
        began.countDown();
      }
    }

    private void commit(int number) throws java.io.IOException {
      String place =
          table
              .locationProvider()
              .newDataLocation(table.spec(), model.partition(), "writer-" + number + ".parquet");
      try (OutputStream out = table.io().newOutputFile(place).create()) {
        out.write(bytes);
      }
      Transaction both = table.newTransaction();
      both.updateProperties().set(PROGRESS, "next=" + 10 * number).commit();
      both.newAppend()
          .appendFile(DataFiles.builder(table.spec()).copy(model).withPath(place).build())
          .commit();
      both.commitTransaction();
    }

    @Override
    public void close() {
      ended.set(true);
      work.join();
    }
  }
}
