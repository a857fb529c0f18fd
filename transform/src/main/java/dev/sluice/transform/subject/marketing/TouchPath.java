package dev.sluice.transform.subject.marketing;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which of a person's touches led to a conversion. */
final class TouchPath {
  /** A machine's thousand visits would be credited a thousand times for each of its orders. */
  static final int MOST = 100;

  /** How much later than an install a partner's report of it may be. */
  private static final int SLACK_HOURS = 24;

  private TouchPath() {}

  /** Each conversion with {@code _path}, its touches in the order of time, never empty. */
  static Dataset<Row> of(Dataset<Row> conversions) {
    return conversions
        .selectExpr("*", before("_named") + " AS _touched", before("_direct") + " AS _visited")
        .selectExpr("*", alone() + " AS _alone", capped() + " AS _capped")
        .selectExpr("*", "IF(size(_touched) = 0, _alone, _capped) AS _path");
  }

  private static String before(String touches) {
    return "filter(coalesce("
        + touches
        + ", CAST(array() AS array<"
        + Touches.TYPE
        + ">)), t -> t.touched_at >= converted_at - INTERVAL "
        + Attribution.LOOK_BACK_DAYS * 24
        + " HOURS AND t.known_at <= converted_at"
        + " + IF(t.touch = 'postback' AND conversion = 'install', INTERVAL "
        + SLACK_HOURS
        + " HOURS, INTERVAL 0 HOURS))";
  }

  /** The last visit by no source, or a touch that is none. */
  private static String alone() {
    return "transform(array(try_element_at(_visited, -1)), d -> CAST(struct(d.touched_at,"
        + " IF(d IS NULL, 'none', 'direct'), d.touch_id, NULL, NULL, d.known_at) AS "
        + Touches.TYPE
        + "))";
  }

  /** A path that is too long keeps its first touch. No touch is younger than the conversion. */
  private static String capped() {
    return "transform(IF(size(_touched) > "
        + MOST
        + ", concat(slice(_touched, 1, 1), slice(_touched, "
        + -(MOST - 1)
        + ", "
        + (MOST - 1)
        + ")), _touched), t -> CAST(struct(least(t.touched_at, converted_at), t.touch, t.touch_id,"
        + " t.media_source, t.campaign, t.known_at) AS "
        + Touches.TYPE
        + "))";
  }
}
