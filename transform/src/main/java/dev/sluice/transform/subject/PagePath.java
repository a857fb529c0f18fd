package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/** What of an address says which page it is, and where that page lies in the site's tree. */
final class PagePath {
  /** A scheme and host at the beginning; a query or fragment, and slashes, at the end. */
  private static final String REST = "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|/*([?#].*)?$";

  private PagePath() {}

  /** The path alone; {@code /} where nothing else is left, none where there was none. */
  static Column of(Column page) {
    Column path = regexp_replace(page, lit(REST), lit(""));
    return when(nullif(page, lit("")).isNotNull(), when(path.equalTo(""), "/").otherwise(path));
  }

  /** Whether an event of {@link AppEvents} shows another page than its session was on. */
  static Column changed() {
    return col("page").isNotNull().and(col("page").eqNullSafe(col("came_from")).equalTo(false));
  }

  /** How many steps below the root a page lies. */
  static Column depth(String page) {
    return expr("size(filter(split(" + page + ", '/'), part -> part <> ''))");
  }
}
