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
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;

/**
 * Knows how each file is to be read. DuckDB finds columns by their ids, but fields inside a struct
 * by their place; so a file whose structs are of another shape, and one without ids, is read by its
 * shape. Files never change, so each is looked into once; what was seen is forgotten beyond a
 * bound.
 */
final class FieldIds {
  private static final int REMEMBERED = 100_000;

  private final Map<String, FileReading> seen =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, FileReading> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** How each file of a table, each at its path, is read. */
  List<FileReading> readings(Connection connection, PlannedTable table, List<Path> paths)
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
    List<FileReading> readings = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String key = table.dataFiles().get(i).location() + version;
      FileReading reading = seen.get(key);
      if (reading == null) {
        reading = reading(table, looked.get(paths.get(i).toString()), mapping);
        seen.put(key, reading);
      }
      readings.add(reading);
    }
    return readings;
  }

  private static FileReading reading(PlannedTable table, FileShape shape, String mapping)
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
      boolean byName = shape.is(table.state().schema()) && shape.hasPlainNames();
      return byName ? new FileReading.ByName() : new FileReading.ById();
    }
    if (!known.hasPlainNames()) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          shown
              + " has files whose columns have one name but for capitals, or a name of DuckDB's"
              + " own; rewrite its files (compaction) first");
    }
    return new FileReading.ByShape(known);
  }
}
