package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileShapeTest {
  private static final NestedField SEEN =
      NestedField.optional(2, "seen", Types.TimestampType.withZone());
  private static final NestedField PRICE =
      NestedField.optional(3, "price", Types.DecimalType.of(18, 4));
  private static final NestedField EXTRA =
      NestedField.optional(
          4, "extra", Types.MapType.ofOptional(5, 6, Types.StringType.get(), Types.LongType.get()));

  @TempDir private Path directory;

  @Test
  void aFileIsItsTableOnlyWhenEachIdNameTypeAndPlaceIs() throws SQLException {
    Path file = directory.resolve("a.parquet");
    FileShape shape;
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT 1::BIGINT id, now() seen, 1.5::DECIMAL(18,4) price, MAP {'a': 1::BIGINT} extra) TO '"
              + file
              + "' (FORMAT parquet, FIELD_IDS {id: 1, seen: 2, price: 3,"
              + " extra: {__duckdb_field_id: 4, key: 5, value: 6}})");
      shape = FileShape.of(duck, List.of(file)).get(file.toString());
    }

    assertThat(shape.is(new Schema(id("id", 1, Types.LongType.get()), SEEN, PRICE, EXTRA)))
        .isTrue();
    assertThat(shape.is(new Schema(id("key", 1, Types.LongType.get()), SEEN, PRICE, EXTRA)))
        .as("renamed")
        .isFalse();
    assertThat(shape.is(new Schema(id("ID", 1, Types.LongType.get()), SEEN, PRICE, EXTRA)))
        .as("renamed by a capital")
        .isFalse();
    assertThat(shape.is(new Schema(id("id", 7, Types.LongType.get()), SEEN, PRICE, EXTRA)))
        .as("dropped and added again")
        .isFalse();
    assertThat(shape.is(new Schema(id("id", 1, Types.StringType.get()), SEEN, PRICE, EXTRA)))
        .as("of another type")
        .isFalse();
    assertThat(shape.is(new Schema(SEEN, id("id", 1, Types.LongType.get()), PRICE, EXTRA)))
        .as("in another order")
        .isFalse();
    assertThat(shape.is(new Schema(id("id", 1, Types.LongType.get()), SEEN, PRICE)))
        .as("a column dropped")
        .isFalse();
    assertThat(
            shape.is(
                new Schema(
                    id("id", 1, Types.LongType.get()),
                    SEEN,
                    PRICE,
                    EXTRA,
                    NestedField.optional(8, "more", Types.StringType.get()))))
        .as("a column added")
        .isFalse();
  }

  private static NestedField id(String name, int id, Type type) {
    return NestedField.required(id, name, type);
  }
}
