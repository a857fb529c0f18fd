package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The columns of a Parquet file, as its own schema has them.
 *
 * @param columns by field id: the ids and names below each, in the file's order
 */
record FileShape(Map<Integer, List<Field>> columns) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_ID = -1;

  /** A field, by id and name. Elements, keys and values have names of no meaning: left out. */
  record Field(int id, String name) {}

  FileShape {
    columns = Map.copyOf(columns);
  }

  /** The different shapes among some files: few, however many files there are. */
  static List<FileShape> of(Connection connection, List<Path> paths) throws SQLException {
    String shapes =
        "SELECT DISTINCT to_json(list({'id': coalesce(field_id, -1), 'name': name,"
            + " 'children': coalesce(num_children, 0)} ORDER BY column_id))::VARCHAR"
            + " FROM parquet_schema("
            + TableView.list(paths)
            + ") GROUP BY file_name";
    List<FileShape> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(shapes)) {
      while (rows.next()) {
        found.add(parse(rows.getString(1)));
      }
    }
    return found;
  }

  boolean hasFieldIds() {
    return !columns.isEmpty();
  }

  /** Whether a column's structs, if it has any, are in the file just as the table has them now. */
  boolean fits(Types.NestedField column) {
    List<Field> expected = new ArrayList<>();
    boolean structs = flatten(column.type(), expected);
    List<Field> actual = columns.get(column.fieldId());
    if (!structs || actual == null) {
      return true;
    }
    List<Integer> ids = expected.stream().map(Field::id).toList();
    if (!actual.stream().map(Field::id).toList().equals(ids)) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      if (!name.isEmpty() && !name.equals(actual.get(i).name())) {
        return false;
      }
    }
    return true;
  }

  /** Depth first, as Parquet lists a schema; says whether there is a struct among the types. */
  private static boolean flatten(Type type, List<Field> fields) {
    if (!type.isNestedType()) {
      return false;
    }
    boolean structs = type.isStructType();
    for (Types.NestedField field : type.asNestedType().fields()) {
      fields.add(new Field(field.fieldId(), type.isStructType() ? field.name() : ""));
      structs |= flatten(field.type(), fields);
    }
    return structs;
  }

  private static FileShape parse(String text) throws SQLException {
    JsonNode nodes;
    try {
      nodes = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new SQLException("a file's schema cannot be read", malformed);
    }
    Map<Integer, List<Field>> columns = new HashMap<>();
    int position = 1;
    int top = nodes.path(0).path("children").asInt();
    for (int i = 0; i < top; i++) {
      int id = nodes.path(position).path("id").asInt(NO_ID);
      List<Field> below = new ArrayList<>();
      position = descend(nodes, position, below);
      if (id != NO_ID) {
        columns.put(id, List.copyOf(below));
      }
    }
    return new FileShape(columns);
  }

  /** Gathers what lies below a node and returns the position after it. */
  private static int descend(JsonNode nodes, int position, List<Field> below) {
    int children = nodes.path(position).path("children").asInt();
    int next = position + 1;
    for (int i = 0; i < children && next < nodes.size(); i++) {
      JsonNode child = nodes.path(next);
      int id = child.path("id").asInt(NO_ID);
      if (id != NO_ID) {
        below.add(new Field(id, child.path("name").asText()));
      }
      next = descend(nodes, next, below);
    }
    return next;
  }
}
