package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * What delete files take from a table's data files, as tables in DuckDB. Positions, of position
 * delete files and of deletion vectors, are read by Iceberg and handed over as row numbers.
 * Equality deletes are read by DuckDB, each with its sequence number and, unless it is for all
 * partitions, its partition: it takes the equal rows of files that were added before.
 */
final class Deletions {
  private final Connection connection;
  private final PlannedTable table;
  private final String prefix;
  private final Map<List<Integer>, List<DeleteFile>> equality = new LinkedHashMap<>();
  private final Map<String, Path> paths;

  /**
   * @param number tells this table's deletions from those of the query's other tables
   * @param paths where equality delete files can be read, by their location
   */
  Deletions(Connection connection, PlannedTable table, int number, Map<String, Path> paths) {
    this.connection = connection;
    this.table = table;
    this.prefix = "d" + number + "_";
    this.paths = Map.copyOf(paths);
  }

  /** The equality delete files of a table: those that DuckDB reads itself. */
  static List<DeleteFile> equality(PlannedTable table) throws RefusedQueryException {
    Map<String, DeleteFile> found = new LinkedHashMap<>();
    for (PlannedTable.DataFileRef file : table.dataFiles()) {
      for (DeleteFile delete : file.deletes()) {
        if (delete.content() == FileContent.EQUALITY_DELETES) {
          found.put(delete.location(), delete);
        }
      }
    }
    for (DeleteFile delete : found.values()) {
      if (delete.format() != FileFormat.PARQUET) {
        throw new RefusedQueryException(
            Reason.UNSUPPORTED,
            table.state().shown()
                + " has equality deletes in "
                + delete.format()
                + "; only Parquet is read here");
      }
    }
    return List.copyOf(found.values());
  }

  /** Columns that the data files must be read with so that rows can be compared. */
  List<Types.NestedField> keys() throws RefusedQueryException {
    Map<Integer, Types.NestedField> keys = new LinkedHashMap<>();
    for (List<Integer> ids : equality.keySet()) {
      for (int id : ids) {
        keys.put(id, field(id));
      }
    }
    return List.copyOf(keys.values());
  }

  /** Hands over what deletes from the files, each known to DuckDB by its place in its branch. */
  void load(List<List<PlannedTable.DataFileRef>> branches) throws SQLException {
    run("CREATE SCHEMA IF NOT EXISTS lake." + SqlText.name(Place.OWN));
    run(
        "CREATE TABLE "
            + own("files")
            + "(branch INTEGER, file UBIGINT, part VARCHAR, seq BIGINT)");
    run("CREATE TABLE " + own("rows") + "(branch INTEGER, file UBIGINT, pos BIGINT)");
    for (DeleteFile delete : deletes(FileContent.EQUALITY_DELETES)) {
      List<Integer> ids = delete.equalityFieldIds().stream().sorted().toList();
      equality.computeIfAbsent(ids, none -> new ArrayList<>()).add(delete);
    }
    Table source = table.state().table();
    Loader loader = new Loader(source);
    DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
    try (DuckDBAppender files = duck.createAppender("lake", Place.OWN, prefix + "files");
        DuckDBAppender rows = duck.createAppender("lake", Place.OWN, prefix + "rows")) {
      for (int branch = 0; branch < branches.size(); branch++) {
        for (int i = 0; i < branches.get(branch).size(); i++) {
          PlannedTable.DataFileRef file = branches.get(branch).get(i);
          files.beginRow().append(branch).append((long) i);
          files.append(file.partition()).append(file.sequence()).endRow();
          positions(rows, loader, file, branch, i);
        }
      }
    }
  }

  private static void positions(
      DuckDBAppender rows, Loader loader, PlannedTable.DataFileRef file, int branch, int place)
      throws SQLException {
    List<DeleteFile> deletes =
        file.deletes().stream()
            .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
            .toList();
    if (deletes.isEmpty()) {
      return;
    }
    List<Long> found = new ArrayList<>();
    loader.loadPositionDeletes(deletes, file.location()).forEach(found::add);
    for (long position : found) {
      rows.beginRow().append(branch).append((long) place).append(position).endRow();
    }
  }

  private List<DeleteFile> deletes(FileContent content) {
    Map<String, DeleteFile> found = new LinkedHashMap<>();
    table.dataFiles().stream()
        .flatMap(file -> file.deletes().stream())
        .filter(delete -> delete.content() == content)
        .forEach(delete -> found.put(delete.location(), delete));
    return List.copyOf(found.values());
  }

  /** What follows the files of a branch, there named {@code p}, to leave out what is deleted. */
  String without(int branch) throws RefusedQueryException {
    StringBuilder sql =
        new StringBuilder(" ANTI JOIN (SELECT file, pos FROM ")
            .append(own("rows"))
            .append(" WHERE branch = ")
            .append(branch)
            .append(") AS gone ON p.file_index = gone.file AND p.file_row_number = gone.pos");
    if (equality.isEmpty()) {
      return sql.toString();
    }
    sql.append(" JOIN (SELECT file, part, seq FROM ")
        .append(own("files"))
        .append(" WHERE branch = ")
        .append(branch)
        .append(") AS f ON p.file_index = f.file");
    int number = 0;
    for (Map.Entry<List<Integer>, List<DeleteFile>> group : equality.entrySet()) {
      for (boolean everywhere : List.of(true, false)) {
        List<DeleteFile> files =
            group.getValue().stream().filter(file -> everywhere == isGlobal(file)).toList();
        if (!files.isEmpty()) {
          sql.append(without(group.getKey(), files, everywhere, "e" + number++));
        }
      }
    }
    return sql.toString();
  }

  private boolean isGlobal(DeleteFile file) {
    return table.state().table().specs().get(file.specId()).isUnpartitioned();
  }

  private String without(
      List<Integer> ids, List<DeleteFile> files, boolean everywhere, String alias)
      throws RefusedQueryException {
    List<Types.NestedField> keys = new ArrayList<>();
    for (int id : ids) {
      keys.add(field(id));
    }
    String columns =
        keys.stream().map(key -> "d.c" + key.fieldId()).collect(Collectors.joining(", "));
    String sources =
        files.stream()
            .map(
                file ->
                    "("
                        + files.indexOf(file)
                        + ", "
                        + SqlText.literal(PlannedTable.partition(file.specId(), file.partition()))
                        + ", "
                        + file.dataSequenceNumber()
                        + ")")
            .collect(Collectors.joining(", "));
    String part = everywhere ? "" : ", s.part";
    String deleted =
        "SELECT "
            + columns
            + part
            + ", max(s.seq) AS seq FROM "
            + TableView.reading(
                keys, files.stream().map(file -> paths.get(file.location())).toList())
            + " AS d JOIN (VALUES "
            + sources
            + ") AS s(file, part, seq) ON d.file_index = s.file GROUP BY ALL";
    String equal =
        keys.stream()
            .map(key -> "c" + key.fieldId())
            .map(key -> "p." + key + " IS NOT DISTINCT FROM " + alias + "." + key)
            .collect(Collectors.joining(" AND "));
    return " ANTI JOIN ("
        + deleted
        + ") AS "
        + alias
        + " ON "
        + equal
        + (everywhere ? "" : " AND f.part = " + alias + ".part")
        + " AND f.seq < "
        + alias
        + ".seq";
  }

  /** A field of the table, or one that it once had. */
  private Types.NestedField field(int id) throws RefusedQueryException {
    List<Schema> schemas = new ArrayList<>(List.of(table.state().schema()));
    schemas.add(table.state().table().schema());
    schemas.addAll(table.state().table().schemas().values());
    return schemas.stream()
        .flatMap(schema -> schema.columns().stream())
        .filter(column -> column.fieldId() == id && column.type().isPrimitiveType())
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedQueryException(
                    Reason.UNSUPPORTED,
                    table.state().shown()
                        + " has equality deletes by a field inside of another, which SQL here does"
                        + " not apply; compact the table first"));
  }

  private String own(String name) {
    return "lake." + SqlText.name(Place.OWN) + "." + SqlText.name(prefix + name);
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Reads a position delete file once, for however many data files it deletes from. */
  static final class Loader extends BaseDeleteLoader {
    private final Map<String, Object> loaded = new ConcurrentHashMap<>();

    Loader(Table table) {
      super(delete -> table.io().newInputFile(delete));
    }

    @Override
    protected boolean canCache(long size) {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <V> V getOrLoad(String key, Supplier<V> supplier, long size) {
      // Iceberg asks on several threads at once, and loading one asks for others in between, which
      // computeIfAbsent does not put up with. Two that read the same file read the same deletes.
      Object known = loaded.get(key);
      if (known == null) {
        known = supplier.get();
        loaded.put(key, known);
      }
      return (V) known;
    }
  }

  static long bytes(PlannedTable table) {
    Map<String, Long> sizes = new HashMap<>();
    table.dataFiles().stream()
        .flatMap(file -> file.deletes().stream())
        .forEach(delete -> sizes.put(delete.location(), delete.fileSizeInBytes()));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }
}
