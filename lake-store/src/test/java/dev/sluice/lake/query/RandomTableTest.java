package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Answers on tables filled at random, against Iceberg's own reader and against no skipping. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomTableTest {
  private static final List<String> COLUMNS =
      List.of("id", "i", "d", "f", "s", "ts", "day", "price", "flag");
  private static final List<String> OPERATORS = List.of("=", "<", "<=", ">", ">=", "<>");

  private CatalogRig rig;
  private RESTCatalog client;
  private Random random;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("seed " + seed);
    random = new Random(seed);
    rig =
        new CatalogRig(
            directory.resolve("lake"),
            Map.of(
                "SLUICE_STORAGE_KIND",
                "files",
                "SLUICE_CATALOG_WAREHOUSE",
                "file:" + directory.resolve("warehouse")));
    client = rig.client();
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    rig.stop();
  }

  @Test
  void skippingFilesNeverChangesAnAnswer() throws Exception {
    int skipped = 0;
    for (int n = 0; n < 3; n++) {
      Table table = table("pruned" + n, n % 2 == 0 ? "2" : "3");
      RandomTable rows = new RandomTable(table, random);
      rows.append(20);
      for (int round = 0; round < 3; round++) {
        rows.repartition();
        rows.append(15);
      }
      for (int i = 0; i < 25; i++) {
        String condition = condition(rows, 2);
        skipped += compare("raw.pruned" + n, condition);
      }
    }
    assertThat(skipped).as("files skipped in all").isGreaterThan(40);
  }

  private int compare(String from, String condition) {
    JsonNode pruned =
        CatalogRig.json(rig.sql("SELECT id FROM " + from + " WHERE " + condition + " ORDER BY id"));
    JsonNode whole =
        CatalogRig.json(
            rig.sql(
                "SELECT id FROM (SELECT * FROM "
                    + from
                    + " LIMIT 1000000) WHERE "
                    + condition
                    + " ORDER BY id"));
    if (whole.path("filesSkipped").asInt(-1) != 0) {
      // What holds for no row at all needs no file.
      assertThat(whole.path("filesRead").asInt(-1)).as(condition + whole).isZero();
    }
    assertThat(pruned.path("rows")).as(condition + pruned).isEqualTo(whole.path("rows"));
    return pruned.path("filesSkipped").asInt();
  }

  @Test
  void whatIsDeletedIsNotReadJustAsIcebergDoesNot() throws Exception {
    for (int n = 0; n < 4; n++) {
      String name = "deleted" + n;
      Table table = table(name, n % 2 == 0 ? "2" : "3");
      RandomTable rows = new RandomTable(table, random);
      rows.append(12);
      rows.deleteEqual();
      rows.repartition();
      for (int round = 0; round < 3; round++) {
        rows.append(10);
        rows.deleteEqual();
        rows.append(6);
      }
      rows.deletePositions();
      rows.append(3);
      // Iceberg's reader cannot do without a column that rows were deleted by; the lake can.
      List<Long> expected = read(table);
      if (n > 1 && table.spec().fields().stream().noneMatch(RandomTableTest::ofDay)) {
        table.updateSchema().deleteColumn("day").renameColumn("s", "text").commit();
      }
      List<Long> actual = new ArrayList<>();
      rig.rows("SELECT id FROM raw." + name + " ORDER BY id")
          .forEach(r -> actual.add(r.get(0).asLong()));
      assertThat(actual).as(name).isEqualTo(expected).hasSizeBetween(3, 62);
      assertThat(rig.rows("SELECT count(*) FROM raw." + name))
          .hasToString("[[" + expected.size() + "]]");
      for (int i = 0; i < 6; i++) {
        String column = List.of("id", "i", "price", "flag").get(random.nextInt(4));
        compare("raw." + name, column + " > " + rows.literal(column));
      }
    }
  }

  /** A table's partitions hold a column that stands for them. */
  private static boolean ofDay(PartitionField field) {
    return field.sourceId() == RandomTable.SCHEMA.findField("day").fieldId();
  }

  private Table table(String name, String version) {
    return client
        .buildTable(TableIdentifier.of("raw", name), RandomTable.SCHEMA)
        .withProperty("format-version", version)
        .create();
  }

  private static List<Long> read(Table table) throws IOException {
    List<Long> ids = new ArrayList<>();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      records.forEach(record -> ids.add((Long) record.getField("id")));
    }
    ids.sort(Long::compare);
    return ids;
  }

  private String condition(RandomTable rows, int depth) {
    int kind = random.nextInt(depth > 0 ? 6 : 3);
    if (kind > 2) {
      return switch (kind) {
        case 3 -> "(" + condition(rows, depth - 1) + " AND " + condition(rows, depth - 1) + ")";
        case 4 -> "(" + condition(rows, depth - 1) + " OR " + condition(rows, depth - 1) + ")";
        default -> "NOT (" + condition(rows, depth - 1) + ")";
      };
    }
    String column = COLUMNS.get(random.nextInt(COLUMNS.size()));
    String value = rows.literal(column);
    String other = rows.literal(column);
    String operator = OPERATORS.get(random.nextInt(OPERATORS.size()));
    return switch (random.nextInt(9)) {
      case 0 -> column + " IN (" + value + ", " + other + ", " + rows.literal(column) + ")";
      case 1 -> column + " NOT IN (" + value + ", " + other + ")";
      case 2 -> column + " BETWEEN " + value + " AND " + other;
      case 3 -> column + (random.nextBoolean() ? " IS NULL" : " IS NOT NULL");
      case 4 -> column + " IS " + (random.nextBoolean() ? "" : "NOT ") + "DISTINCT FROM " + value;
      case 5 ->
          column.equals("s")
              ? "s LIKE " + value.substring(0, value.length() - 1) + "%'"
              : value + " " + operator + " " + column;
      case 6 -> column.equals("s") ? "starts_with(s, " + value + ")" : column + " = " + value;
      default -> column + " " + operator + " " + value;
    };
  }

  @Test
  void widenedTypesAreReadAndSkippedRightly() throws Exception {
    Table table = table("widened", "2");
    RandomTable rows = new RandomTable(table, random);
    rows.append(20);
    table
        .updateSchema()
        .updateColumn("i", Types.LongType.get())
        .updateColumn("f", Types.DoubleType.get())
        .updateColumn("price", Types.DecimalType.of(12, 2))
        .commit();
    for (int i = 0; i < 10; i++) {
      compare("raw.widened", "i > " + rows.literal("i"));
      compare("raw.widened", "f >= " + rows.literal("d"));
      compare("raw.widened", "price < " + rows.literal("price"));
    }
    assertThat(rig.rows("SELECT count(*) FROM raw.widened")).hasToString("[[20]]");
  }
}
