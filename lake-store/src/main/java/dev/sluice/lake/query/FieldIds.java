package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Makes sure that columns can be found in files by their ids. A file without ids would read as
 * nothing but nulls, and a field renamed inside a struct would too, for DuckDB finds those by name:
 * both are refused. Files never change, so each is looked into once; what was seen is forgotten
 * beyond a bound.
 */
final class FieldIds {
  private static final int REMEMBERED = 100_000;

  private final Set<String> seen =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /** Looks into those files of a table, each at its path, that were not looked into before. */
  void require(Connection connection, PlannedTable table, List<Path> paths)
      throws SQLException, RefusedQueryException {
    String version = "#" + table.schema().schemaId();
    List<Path> unseen = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String key = table.dataFiles().get(i).location() + version;
      if (!seen.contains(key)) {
        unseen.add(paths.get(i));
        keys.add(key);
      }
    }
    if (!unseen.isEmpty()) {
      look(connection, table, unseen);
      seen.addAll(keys);
    }
  }

  private static void look(Connection connection, PlannedTable table, List<Path> paths)
      throws SQLException, RefusedQueryException {
    String parquet = "parquet_schema(" + TableView.list(paths) + ")";
    String shown = TableName.shown(table.identifier());
    try (Statement statement = connection.createStatement()) {
      try (ResultSet without =
          statement.executeQuery(
              "SELECT 1 FROM " + parquet + " GROUP BY file_name HAVING count(field_id) = 0")) {
        if (without.next()) {
          throw new RefusedQueryException(
              Reason.UNSUPPORTED,
              shown + " has imported files without field ids, which SQL here cannot read");
        }
      }
      Map<Integer, String> inside = fieldsInStructs(table.schema());
      if (inside.isEmpty()) {
        return;
      }
      String ids = inside.keySet().stream().map(String::valueOf).collect(Collectors.joining(","));
      try (ResultSet named =
          statement.executeQuery(
              "SELECT DISTINCT field_id, name FROM "
                  + parquet
                  + " WHERE field_id IN ("
                  + ids
                  + ")")) {
        while (named.next()) {
          String name = inside.get(named.getInt(1));
          if (!named.getString(2).equals(name)) {
            throw new RefusedQueryException(
                Reason.UNSUPPORTED,
                shown + " has files from before field '" + name + "' inside a struct was renamed");
          }
        }
      }
    }
  }

  private static Map<Integer, String> fieldsInStructs(Schema schema) {
    Map<Integer, String> fields = new HashMap<>();
    schema.columns().forEach(column -> gather(column.type(), fields));
    return fields;
  }

  private static void gather(Type type, Map<Integer, String> fields) {
    if (!type.isNestedType()) {
      return;
    }
    for (Types.NestedField field : type.asNestedType().fields()) {
      if (type.isStructType()) {
        fields.put(field.fieldId(), field.name());
      }
      gather(field.type(), fields);
    }
  }
}
