package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What attribution partners say of installs, each said once, as it was said last.
 *
 * <p>An install is one of a provider, app, device and install time. Of several postbacks for it the
 * one that was received last is what is known: it corrects the source, and a rejection takes the
 * install away. A reattribution or re-engagement is one of a provider, app, device and its own
 * time, and takes nothing from the install before it: each holds from its time on.
 *
 * <p>A postback that names no user is of the user whom the device's postbacks name first.
 */
final class Postbacks {
  /** How long after a day a correction still counts for it. */
  static final int CORRECTION_DAYS = 30;

  /** What postbacks are known by: a day more than the look-back, for the slack at its start. */
  private static final int DAYS_BEFORE = Attribution.LOOK_BACK_DAYS + 1;

  private static final RawStream RAW =
      RawStream.of(
          "attributions",
          "event_id STRING, provider STRING, type STRING, user_id STRING, device_id STRING,"
              + " app_id STRING, media_source STRING, campaign STRING, touch_time TIMESTAMP,"
              + " install_time TIMESTAMP");

  static final Read READ = Read.around(RAW.table(), DAYS_BEFORE, CORRECTION_DAYS).orNothing();

  private Postbacks() {}

  /**
   * The statements that a day may need, with {@code _person}, {@code statement} (its id), {@code
   * kind} (install or reattribution), {@code known_at}, {@code touched_at} and {@code user_id}.
   */
  static Dataset<Row> statements(Tables tables, LocalDate day) {
    Dataset<Row> said =
        RAW.records(tables, day.minusDays(DAYS_BEFORE), day.plusDays(CORRECTION_DAYS))
            .withColumn("_device", coalesce(col("device_id"), concat(lit("#"), RawStream.id())));
    Dataset<Row> users =
        said.where(col("user_id").isNotNull())
            .groupBy("provider", "app_id", "_device")
            .agg(min_by(col("user_id"), struct(RawStream.inOrder())).as("_named"));
    Column sameDevice =
        col("said.provider")
            .eqNullSafe(col("users.provider"))
            .and(col("said.app_id").eqNullSafe(col("users.app_id")))
            .and(col("said._device").equalTo(col("users._device")));
    return last(said)
        .as("said")
        .join(users.as("users"), sameDevice, "left")
        .select(
            col("said.*"),
            coalesce(col("said._user"), col("users._named")).as("user_id"),
            digest().as("statement"))
        .withColumn(
            Person.COLUMN,
            coalesce(
                Person.user(col("user_id")),
                Person.device(concat_ws(" ", col("provider"), col("app_id"), col("_device")))));
  }

  private static Dataset<Row> last(Dataset<Row> said) {
    Column kind =
        when(
                col("type").isin("install", "install_update", "reinstall", "rejected_install"),
                "install")
            .when(
                col("type")
                    .isin(
                        "reattribution",
                        "reattribution_update",
                        "reattribution_reinstall",
                        "re-engagement",
                        "rejected_reattribution"),
                "reattribution");
    Column at =
        when(col("kind").equalTo("install"), coalesce(col("install_time"), col("_time")))
            .otherwise(col("_time"));
    Column rejected = coalesce(col("type").startsWith("rejected_"), lit(false));
    return said.withColumn("kind", kind)
        .where(col("kind").isNotNull())
        .withColumn("known_at", at)
        .groupBy("provider", "app_id", "_device", "kind", "known_at")
        .agg(
            max_by(
                    struct(
                        col("media_source"),
                        col("campaign"),
                        col("touch_time"),
                        rejected.as("rejected")),
                    struct(RawStream.inOrderOfReceipt()))
                .as("_last"),
            max_by(
                    col("user_id"),
                    when(col("user_id").isNotNull(), struct(RawStream.inOrderOfReceipt())))
                .as("_user"))
        .where(col("_last.rejected").equalTo(false))
        .select(
            col("provider"),
            col("app_id"),
            col("_device"),
            col("_user"),
            col("kind"),
            col("known_at"),
            // A touch after what it led to is none: the clocks differ.
            least(coalesce(col("_last.touch_time"), col("known_at")), col("known_at"))
                .as("touched_at"),
            col("_last.media_source").as("media_source"),
            col("_last.campaign").as("campaign"));
  }

  private static Column digest() {
    Column words =
        concat_ws(
            " ",
            col("said.kind"),
            unix_micros(col("said.known_at")).cast("string"),
            col("said.provider"),
            col("said.app_id"),
            col("said._device"));
    return substring(sha2(words, 256), 1, 32);
  }
}
