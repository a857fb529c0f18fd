package dev.sluice.lake.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Remembers which data files small snapshots have, with what their manifests tell of them: to read
 * manifests takes longer than to choose among what they say. A snapshot never changes and is known
 * by the id of its table, which a table made anew under the same name does not have, so nothing
 * here can be out of date. Files are chosen by Iceberg's own evaluators. Snapshots with delete
 * files are not remembered, nor those of many files; what was used longest ago goes first.
 */
final class SnapshotFiles {
  private static final int MOST_FILES = 2000;

  /** Of all together, a file counting as one and as one more for each bound of a column. */
  private static final long MOST_WEIGHT = 200_000;

  private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  private record Key(UUID table, long snapshot, String manifests) {}

  private record Known(List<DataFile> files, long weight) {}

  /** All data files of what is asked for, in their order; nothing, if it is not remembered. */
  Optional<List<DataFile>> all(Relation.TableState state) {
    Snapshot snapshot = state.scan().snapshot();
    if (snapshot == null || snapshot.manifestListLocation() == null) {
      return Optional.empty();
    }
    Key key = new Key(state.table().uuid(), snapshot.snapshotId(), snapshot.manifestListLocation());
    Optional<List<DataFile>> found = find(key);
    if (found.isPresent()
        || PlannedTable.total(state) > MOST_FILES
        || !snapshot.deleteManifests(state.table().io()).isEmpty()) {
      return found;
    }
    return Optional.of(put(key, read(state)));
  }

  /** Those of a table's files that may have rows that are wanted. */
  static List<DataFile> chosen(Relation.TableState state, Expression rows, List<DataFile> all) {
    InclusiveMetricsEvaluator values = new InclusiveMetricsEvaluator(state.schema(), rows);
    Map<Integer, Evaluator> partitions = partitions(state, rows);
    List<DataFile> chosen = new ArrayList<>();
    for (DataFile file : all) {
      Evaluator partition = partitions.get(file.specId());
      if ((partition == null || partition.eval(file.partition())) && values.eval(file)) {
        chosen.add(file);
      }
    }
    return chosen;
  }

  /** Partitions are told by the table's present names: where the query's are others, by none. */
  private static Map<Integer, Evaluator> partitions(Relation.TableState state, Expression rows) {
    Map<Integer, Evaluator> partitions = new HashMap<>();
    if (state.schema().sameSchema(state.table().schema())) {
      for (PartitionSpec spec : state.table().specs().values()) {
        if (spec.isPartitioned()) {
          Expression projected = Projections.inclusive(spec).project(rows);
          partitions.put(spec.specId(), new Evaluator(spec.partitionType(), projected));
        }
      }
    }
    return partitions;
  }

  private static List<DataFile> read(Relation.TableState state) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = state.scan().includeColumnStats().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return files;
  }

  private synchronized Optional<List<DataFile>> find(Key key) {
    return Optional.ofNullable(known.get(key)).map(Known::files);
  }

  private synchronized List<DataFile> put(Key key, List<DataFile> files) {
    long heavy = files.stream().mapToLong(SnapshotFiles::weight).sum();
    if (heavy <= MOST_WEIGHT) {
      Known before = known.put(key, new Known(List.copyOf(files), heavy));
      weight += heavy - (before == null ? 0 : before.weight());
      Iterator<Known> oldest = known.values().iterator();
      while (weight > MOST_WEIGHT) {
        weight -= oldest.next().weight();
        oldest.remove();
      }
    }
    return files;
  }

  private static long weight(DataFile file) {
    int lower = file.lowerBounds() == null ? 0 : file.lowerBounds().size();
    int upper = file.upperBounds() == null ? 0 : file.upperBounds().size();
    return 1L + lower + upper;
  }
}
