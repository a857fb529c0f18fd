package dev.sluice.transform.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table of types: of each the server's type, a literal, the lake's type and the lake's text. */
final class Exact {
  private Exact() {}

  /** Makes a table with a row of all literals, and one without any value. */
  static String[] table(String name, String ending, List<List<String>> types) {
    StringBuilder columns = new StringBuilder("n int");
    StringBuilder values = new StringBuilder("1");
    StringBuilder nulls = new StringBuilder("2");
    for (int i = 0; i < types.size(); i++) {
      columns.append(", v").append(i).append(' ').append(types.get(i).get(0)).append(" NULL");
      values.append(", ").append(types.get(i).get(1));
      nulls.append(", NULL");
    }
    return new String[] {
      "CREATE TABLE " + name + " (" + columns + ")" + ending,
      "INSERT INTO " + name + " VALUES (" + values + ")",
      "INSERT INTO " + name + " VALUES (" + nulls + ")"
    };
  }

  static void assertRead(Dataset<Row> copy, List<List<String>> types) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String type = types.get(i).get(2);
      String column = "v" + i;
      texts.add(
          type.equals("binary")
              ? "hex(" + column + ")"
              : type.startsWith("array") ? "to_json(" + column + ")" : "string(" + column + ")");
    }
    List<Row> rows = copy.orderBy("n").selectExpr(texts.toArray(String[]::new)).collectAsList();
    assertThat(rows).hasSize(2);
    for (int i = 0; i < types.size(); i++) {
      assertThat(
              List.of(
                  copy.schema().apply("v" + i).dataType().catalogString(),
                  String.valueOf(rows.get(0).get(i)),
                  String.valueOf(rows.get(1).get(i))))
          .as(types.get(i).toString())
          .containsExactly(types.get(i).get(2), types.get(i).get(3), "null");
    }
  }
}
