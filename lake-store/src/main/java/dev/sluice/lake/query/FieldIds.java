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
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Makes sure that columns can be found in files by their ids. A file without ids would read as
 * nothing but nulls; and DuckDB finds fields inside a struct by their place, not by their ids, so a
 * file whose structs are of another shape would read wrongly or break it. Both are refused. Files
 * never change, so each is looked into once; what was seen is forgotten beyond a bound.
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
    String shown = TableName.shown(table.identifier());
    for (FileShape shape : FileShape.of(connection, paths)) {
      if (!shape.hasFieldIds()) {
        throw new RefusedQueryException(
            Reason.UNSUPPORTED,
            shown + " has imported files without field ids, which SQL here cannot read");
      }
      for (Types.NestedField column : table.schema().columns()) {
        if (!shape.fits(column)) {
          throw new RefusedQueryException(
              Reason.UNSUPPORTED,
              shown
                  + " has files from before the fields inside '"
                  + column.name()
                  + "' changed, which SQL here cannot read; rewrite its files (compaction) first");
        }
      }
    }
  }
}
