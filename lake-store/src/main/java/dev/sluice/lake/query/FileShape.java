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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The columns of a Parquet file, as its own schema has them. */
record FileShape(List<Node> columns) {
  static final int NO_ID = -1;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> DUCKDB_OWN =
      Set.of("filename", "file_row_number", "file_index", "file_path");

  /**
   * A field with those inside it. Groups that only make a list or a map have no id.
   *
   * @param type as DuckDB reads it
   */
  record Node(int id, String name, String type, List<Node> children) {
    Node {
      children = List.copyOf(children);
    }

    Optional<Node> child(int fieldId) {
      return children.stream().filter(each -> each.id() == fieldId).findFirst();
    }
  }

  FileShape {
    columns = List.copyOf(columns);
  }

  /** The shapes of some files, by their paths. */
  static Map<String, FileShape> of(Connection connection, List<Path> paths) throws SQLException {
    String shapes =
        "SELECT file_name, to_json(list({'id': coalesce(field_id, -1), 'name': name,"
            + " 'type': coalesce(duckdb_type, ''), 'children': coalesce(num_children, 0)}"
            + " ORDER BY column_id))::VARCHAR"
            + " FROM parquet_schema("
            + TableView.list(paths)
            + ") GROUP BY file_name";
    Map<String, FileShape> found = new HashMap<>();
    Map<String, FileShape> parsed = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(shapes)) {
      while (rows.next()) {
        String text = rows.getString(2);
        FileShape shape = parsed.get(text);
        if (shape == null) {
          shape = parse(text);
          parsed.put(text, shape);
        }
        found.put(rows.getString(1), shape);
      }
    }
    return found;
  }

  boolean hasFieldIds() {
    return columns.stream().anyMatch(column -> column.id() != NO_ID);
  }

  /** Whether its columns can be told apart by their names alone, as DuckDB hears them. */
  boolean hasPlainNames() {
    List<String> names =
        columns.stream().map(column -> column.name().toLowerCase(Locale.ROOT)).toList();
    return names.stream().noneMatch(DUCKDB_OWN::contains)
        && names.stream().distinct().count() == names.size();
  }

  Optional<Node> column(int fieldId) {
    return columns.stream().filter(each -> each.id() == fieldId).findFirst();
  }

  /** The same with the ids that the table's mapping gives to names. */
  FileShape mapped(MappedFields mapping) {
    return new FileShape(columns.stream().map(node -> mapped(node, mapping)).toList());
  }

  private static Node mapped(Node node, MappedFields mapping) {
    Integer id = mapping == null ? null : mapping.id(node.name());
    MappedField field = id == null ? null : mapping.field(id);
    // The groups inside a list or map that have no name in the mapping hand it on.
    MappedFields inside = field == null ? mapping : field.nestedMapping();
    return new Node(
        id == null ? NO_ID : id,
        node.name(),
        node.type(),
        node.children().stream().map(child -> mapped(child, inside)).toList());
  }

  /** Whether its columns are those of the table, one by one, in id, name, type and order. */
  boolean is(Schema table) {
    List<Types.NestedField> fields = table.columns();
    boolean same = fields.size() == columns.size();
    for (int i = 0; same && i < fields.size(); i++) {
      Types.NestedField field = fields.get(i);
      Node node = columns.get(i);
      same =
          node.id() == field.fieldId()
              && node.name().equals(field.name())
              && node.type().equals(ColumnType.of(field.type()))
              && fits(field.type(), node);
    }
    return same;
  }

  /** Whether a column's structs, if it has any, are in the file just as the table has them now. */
  boolean fits(Types.NestedField column) {
    Optional<Node> node = column(column.fieldId());
    return node.isEmpty() || fits(column.type(), node.get());
  }

  private static boolean fits(Type type, Node node) {
    if (type.isPrimitiveType()) {
      return true;
    }
    if (type.isStructType()) {
      List<Types.NestedField> fields = type.asStructType().fields();
      boolean same = fields.size() == node.children().size();
      for (int i = 0; same && i < fields.size(); i++) {
        Node child = node.children().get(i);
        same =
            child.id() == fields.get(i).fieldId()
                && child.name().equals(fields.get(i).name())
                && fits(fields.get(i).type(), child);
      }
      return same;
    }
    for (Types.NestedField part : type.asNestedType().fields()) {
      Optional<Node> inside = inside(node, part.fieldId());
      if (!part.type().isPrimitiveType()
          && (inside.isEmpty() || !fits(part.type(), inside.get()))) {
        return false;
      }
    }
    return true;
  }

  /** The element, key or value of a list or map, which Parquet wraps in one more group. */
  static Optional<Node> inside(Node node, int fieldId) {
    return node.child(fieldId)
        .or(
            () ->
                node.children().stream()
                    .flatMap(group -> group.child(fieldId).stream())
                    .findFirst());
  }

  private static FileShape parse(String text) throws SQLException {
    JsonNode nodes;
    try {
      nodes = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new SQLException("a file's schema cannot be read", malformed);
    }
    List<Node> columns = new ArrayList<>();
    descend(nodes, 0, columns);
    return new FileShape(columns);
  }

  /** Gathers what lies right below a node and returns the position after all that is below it. */
  private static int descend(JsonNode nodes, int position, List<Node> below) {
    int children = nodes.path(position).path("children").asInt();
    int next = position + 1;
    for (int i = 0; i < children && next < nodes.size(); i++) {
      JsonNode child = nodes.path(next);
      List<Node> inside = new ArrayList<>();
      next = descend(nodes, next, inside);
      below.add(
          new Node(
              child.path("id").asInt(NO_ID),
              child.path("name").asText(),
              child.path("type").asText().replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"),
              inside));
    }
    return next;
  }
}
