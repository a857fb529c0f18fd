package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.min;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which ids hang together, by whatever chain of pairs, each told by the least id of its chain.
 *
 * <p>After Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm": each round an id,
 * and the id that is its label, take the least label of its neighbours; then each takes the label
 * that its label has by now. How far a label travels about doubles each round. It ends when nothing
 * changes, at the latest after {@link #ROUNDS}; ids further apart than that stay several, the same
 * ones at each run.
 */
final class Components {
  /** Enough for chains of thousands; persons are chains of a few. */
  static final int ROUNDS = 16;

  private Components() {}

  /**
   * Each id that {@code pairs} names, and its label.
   *
   * @param pairs two ids a row
   */
  static Dataset<Row> of(Dataset<Row> pairs) {
    String one = pairs.columns()[0];
    String other = pairs.columns()[1];
    Dataset<Row> both =
        pairs
            .select(col(one).as("id"), col(other).as("near"))
            .union(pairs.select(col(other), col(one)))
            .distinct();
    Dataset<Row> near = settled(both);
    Dataset<Row> labels =
        settled(near.groupBy("id").agg(min("near").as("_least")))
            .select(col("id"), least(col("id"), col("_least")).as("label"));
    boolean changed = !near.isEmpty();
    for (int round = 0; changed && round < ROUNDS; round++) {
      Dataset<Row> next = settled(jumped(heard(labels, near)));
      changed = !next.where(col("before").notEqual(col("label"))).isEmpty();
      labels = next.select("id", "label");
    }
    return labels;
  }

  /** Each id with the least label that is near to it, or near to an id that it is the label of. */
  private static Dataset<Row> heard(Dataset<Row> labels, Dataset<Row> near) {
    Dataset<Row> theirs = labels.select(col("id").as("near"), col("label").as("_theirs"));
    Dataset<Row> told =
        near.join(theirs, "near")
            .join(labels, "id")
            .select(explode(array(col("id"), col("label"))).as("id"), col("_theirs"))
            .groupBy("id")
            .agg(min("_theirs").as("_told"));
    return labels
        .join(told, "id")
        .select(
            col("id"), col("label").as("before"), least(col("label"), col("_told")).as("label"));
  }

  /** Each id with the label that its label has. */
  private static Dataset<Row> jumped(Dataset<Row> labels) {
    Dataset<Row> further = labels.select(col("id").as("label"), col("label").as("_further"));
    return labels
        .join(further, "label")
        .select(col("id"), col("before"), col("_further").as("label"));
  }

  /** Computed here and now: a plan that held all rounds before would double with each. */
  private static Dataset<Row> settled(Dataset<Row> rows) {
    return rows.localCheckpoint();
  }
}
