package dev.sluice.transform.subject.marketing;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Divides each conversion among the touches of its {@code _path}, by every model.
 *
 * <p>Shares are counted in billionths and rounded down, as are amounts, to 0.0001; what is left
 * over goes to the last touch. So shares add up to 1 and amounts to the revenue, exactly.
 */
final class Credit {
  /** How a model weighs the touch {@code t}, number {@code i} of {@code n} from 0, as SQL. */
  private record Model(String name, String billionths) {}

  private static final String AGE_MICROS =
      "greatest(0L, coalesce(unix_micros(converted_at) - unix_micros(t.touched_at), 0L))";

  /** Half of its weight is gone after 7 days. */
  private static final String WEIGHT =
      "CAST(round(pow(2D, -(" + AGE_MICROS + " / 604800000000D)) * 1000000000D) AS BIGINT)";

  private static final List<Model> MODELS =
      List.of(
          new Model("last", "IF(i = _n - 1, 1000000000L, 0L)"),
          new Model("first", "IF(i = 0, 1000000000L, 0L)"),
          new Model("linear", "1000000000L DIV _n"),
          new Model(
              "position",
              "CASE WHEN _n = 1 THEN 1000000000L WHEN _n = 2 THEN 500000000L"
                  + " WHEN i = 0 OR i = _n - 1 THEN 400000000L ELSE 200000000L DIV (_n - 2) END"),
          new Model("decay", WEIGHT + " * 1000000000L DIV _weight"));

  static final List<String> NAMES = MODELS.stream().map(Model::name).toList();

  private Credit() {}

  /** One row for each conversion, model and touch that has a share. */
  static Dataset<Row> divided(Dataset<Row> paths) {
    String models =
        MODELS.stream()
            .map(
                model ->
                    "named_struct('model', '"
                        + model.name()
                        + "', 'shares', transform(_path, (t, i) -> "
                        + model.billionths()
                        + "))")
            .collect(Collectors.joining(", ", "explode(array(", "))"));
    return paths
        .selectExpr("*", "size(_path) AS _n")
        .selectExpr(
            "*", "aggregate(transform(_path, t -> " + WEIGHT + "), 0L, (a, x) -> a + x) AS _weight")
        .selectExpr("*", models + " AS _by")
        .selectExpr("*", withRemainder("_by.shares", "1000000000L", "BIGINT") + " AS _shares")
        .selectExpr(
            "*",
            "transform(_shares, s -> CAST(CAST(s AS DECIMAL(10,0)) * 0.000000001BD"
                + " AS DECIMAL(10,9))) AS _parts")
        .selectExpr(
            "*", "transform(_parts, p -> CAST(floor(revenue * p, 4) AS DECIMAL(38,4))) AS _floors")
        .selectExpr(
            "*",
            withRemainder("_floors", "CAST(revenue AS DECIMAL(38,4))", "DECIMAL(38,4)")
                + " AS _amounts")
        .selectExpr("*", "posexplode(arrays_zip(_path, _parts, _amounts)) AS (_i, _touch)")
        .where("_touch._parts > 0");
  }

  private static String withRemainder(String parts, String whole, String type) {
    return String.format(
        "transform(%1$s, (s, i) -> IF(i = _n - 1, CAST(s + %2$s - aggregate(%1$s,"
            + " CAST(0 AS %3$s), (a, x) -> CAST(a + x AS %3$s)) AS %3$s), s))",
        parts, whole, type);
  }
}
