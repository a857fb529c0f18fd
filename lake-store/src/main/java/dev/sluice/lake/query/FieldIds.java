package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;

/**
 * Knows which files DuckDB can read by field ids as they are. It finds columns by their ids, but
 * fields inside a struct by their place; so a file whose structs are of another shape, and one
 * without ids, is told by its shape, to be read by that. Files never change, so each is looked into
 * once; what was seen is forgotten beyond a bound.
 */
final class FieldIds {
  private static final int REMEMBERED = 100_000;

  private final Map<String, Optional<FileShape>> seen =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Optional<FileShape>> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** For each file of a table, each at its path: its shape, if it needs one to be read. */
  List<Optional<FileShape>> shapes(Connection connection, PlannedTable table, List<Path> paths)
      throws SQLException, RefusedQueryException {
    String mapping =
        table.state().table().properties().getOrDefault(TableProperties.DEFAULT_NAME_MAPPING, "");
    String version = "#" + table.state().schema().asStruct().hashCode() + "#" + mapping.hashCode();
    List<Path> unseen = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      if (!seen.containsKey(table.dataFiles().get(i).location() + version)) {
        unseen.add(paths.get(i));
      }
    }
    Map<String, FileShape> looked = unseen.isEmpty() ? Map.of() : FileShape.of(connection, unseen);
    List<Optional<FileShape>> shapes = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String key = table.dataFiles().get(i).location() + version;
      FileShape shape = looked.get(paths.get(i).toString());
      Optional<FileShape> needed = seen.get(key);
      if (needed == null) {
        needed = needed(table, shape, mapping);
        seen.put(key, needed);
      }
      shapes.add(needed);
    }
    return shapes;
  }

  private static Optional<FileShape> needed(PlannedTable table, FileShape shape, String mapping)
      throws RefusedQueryException {
    String shown = table.state().shown();
    if (shape == null) {
      throw new RefusedQueryException(
          Reason.UNREADABLE, shown + " has a file without a schema, which cannot be read");
    }
    FileShape known = shape;
    if (!shape.hasFieldIds()) {
      if (mapping.isEmpty()) {
        throw new RefusedQueryException(
            Reason.UNSUPPORTED,
            shown
                + " has imported files without field ids, which SQL here reads only with the"
                + " table's property "
                + TableProperties.DEFAULT_NAME_MAPPING);
      }
      NameMapping names = NameMappingParser.fromJson(mapping);
      known = shape.mapped(names.asMappedFields());
    } else if (table.state().schema().columns().stream().allMatch(shape::fits)) {
      return Optional.empty();
    }
    if (!known.hasPlainNames()) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          shown
              + " has files whose columns have one name but for capitals, or a name of DuckDB's"
              + " own; rewrite its files (compaction) first");
    }
    return Optional.of(known);
  }
}
