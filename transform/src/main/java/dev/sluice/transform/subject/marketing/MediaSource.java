package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.trim;

import java.util.List;
import org.apache.spark.sql.Column;

/** Where a visit or an install came from. */
final class MediaSource {
  /** What partners and shops write where nobody is to be paid. */
  private static final List<String> DIRECT =
      List.of("", "direct", "(direct)", "none", "(none)", "(not set)", "organic");

  private MediaSource() {}

  /** Whether it names somebody who brought the user; nothing and the words above do not. */
  static Column isNamed(Column source) {
    return lower(trim(coalesce(source, lit("")))).isin(DIRECT.toArray()).equalTo(false);
  }
}
