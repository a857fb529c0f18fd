package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.LakeProcess;
import dev.sluice.lake.Rows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables dropped with their files, while the server is killed. */
class PurgeTest {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "purged");
  private static final int FILES = 400;
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Test
  void aKilledServerRemovesTheRestOfTheFilesWhenItStartsAgain(@TempDir Path directory)
      throws Exception {
    Path lake = Files.createDirectory(directory.resolve("lake"));
    String place;
    int before;
    try (Running running = new Running(lake)) {
      Table table = running.client.createTable(NAME, SCHEMA);
      fill(table);
      place = table.location();
      before = running.files(place).size();
      assertThat(before).isGreaterThan(FILES);
      running.client.dropTable(NAME, true);
      running.process.destroyForcibly().waitFor();
    }
    try (Running running = new Running(lake)) {
      assertThat(running.client.tableExists(NAME)).isFalse();
      running.client.createTable(NAME, SCHEMA);
      running.awaitFiles(place, 1);
      Table again = running.client.loadTable(NAME);
      Rows.append(again, List.of(Map.of("id", 1L)));
      assertThat(Rows.count(again)).isOne();
    }
  }

  @Test
  void whatWasRegisteredFromTheSameMetadataAndWhatLiesElsewhereStays(@TempDir Path directory)
      throws Exception {
    try (Running running = new Running(directory)) {
      RESTCatalog client = running.client;
      Table other = client.createTable(TableIdentifier.of("raw", "other"), SCHEMA);
      Rows.append(other, List.of(Map.of("id", 1L)));

      Table shared = client.createTable(TableIdentifier.of("raw", "shared"), SCHEMA);
      Rows.append(shared, List.of(Map.of("id", 2L)));
      client.registerTable(
          TableIdentifier.of("raw", "copy"),
          ((BaseTable) shared).operations().current().metadataFileLocation());
      client.dropTable(TableIdentifier.of("raw", "shared"), true);

      Table table = client.createTable(NAME, SCHEMA);
      table.newFastAppend().appendFile(Rows.file(other, List.of(Map.of("id", 3L)))).commit();
      Rows.append(table, List.of(Map.of("id", 4L)));
      List<String> imported = running.files(other.location());
      client.dropTable(NAME, true);
      running.awaitFiles(table.location(), 0);

      assertThat(running.files(other.location())).containsExactlyInAnyOrderElementsOf(imported);
      Table copy = client.loadTable(TableIdentifier.of("raw", "copy"));
      assertThat(Rows.count(copy)).isOne();
      Rows.append(copy, List.of(Map.of("id", 5L)));
      assertThat(Rows.count(copy)).isEqualTo(2);
    }
  }

  /** Real files of a few bytes each, which nobody reads. */
  private static void fill(Table table) throws Exception {
    AppendFiles append = table.newAppend();
    for (int i = 0; i < FILES; i++) {
      String location = table.locationProvider().newDataLocation(i + ".parquet");
      try (var out = table.io().newOutputFile(location).create()) {
        out.write(i);
      }
      append.appendFile(
          DataFiles.builder(PartitionSpec.unpartitioned())
              .withPath(location)
              .withFormat("parquet")
              .withFileSizeInBytes(1)
              .withRecordCount(1)
              .build());
    }
    append.commit();
  }

  /** A lake in a process of its own, and a client of it. */
  private static final class Running implements AutoCloseable {
    private final Process process;
    private final RESTCatalog client = new RESTCatalog();

    Running(Path directory) throws Exception {
      process = LakeProcess.start(directory);
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      client.initialize("lake", Map.of("uri", LakeProcess.ready(said)));
    }

    private List<String> files(String place) {
      S3FileIO io = new S3FileIO();
      try (io) {
        io.initialize(client.properties());
        List<String> found = new ArrayList<>();
        io.listPrefix(place + "/").forEach(each -> found.add(each.location()));
        return found;
      }
    }

    private void awaitFiles(String place, int count) {
      long end = System.nanoTime() + LONGEST.toNanos();
      List<String> left = files(place);
      while (left.size() != count && System.nanoTime() < end) {
        left = files(place);
      }
      assertThat(left).hasSize(count);
    }

    @Override
    public void close() throws IOException {
      client.close();
      process.destroyForcibly().onExit().join();
    }
  }
}
