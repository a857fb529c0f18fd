package dev.sluice.transform;

import dev.sluice.transform.care.CareSettings;
import dev.sluice.transform.care.CareSettings.Effect;
import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.care.Policy;
import dev.sluice.transform.care.TableCare;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.publish.Release;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Where {@code spark-submit} enters for table care: {@code --class dev.sluice.transform.Care
 * sluice-transform.jar raw.app_events --only compact,expire}.
 *
 * <p>Standard output has one line of JSON per {@link Cared}. The process ends with a code other
 * than 0 when an action failed; one that gave way to a writer did not.
 */
public final class Care {
  private static final String USAGE =
      "usage: Care [namespace.table ...] [--only compact,manifests,expire,orphans] [--dry-run]"
          + " [--quarantine | --delete]";

  private Care() {}

  public static void main(String[] arguments) {
    try {
      run(List.of(arguments));
    } catch (JobFailure known) {
      say(new Progress.Failed(known.getMessage()).line());
      throw known;
    } catch (Exception failed) {
      String line = "table care failed: " + Night.firstLine(failed);
      say(new Progress.Failed(line).line());
      throw new JobFailure(line, failed);
    }
  }

  /** Runs it in a session that is there, as one task of a schedule. */
  public static List<Cared> run(SparkSession spark, CareSettings settings) {
    String run = spark.sparkContext().applicationId() + "/care-" + settings.now().toEpochMilli();
    return new TableCare(spark, settings, cared -> say(cared.line())).run(run);
  }

  private static void run(List<String> arguments) {
    long start = System.nanoTime();
    // What is asked for is read before Spark takes its time to start.
    CareSettings asked = settings(arguments);
    SparkSession spark =
        SparkSession.builder()
            .appName("sluice care")
            .config("spark.sql.session.timeZone", "UTC")
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    try {
      say(new Progress.Started(Night.secondsSince(start)).line());
      Release.reach(spark);
      Instant now = Instant.ofEpochMilli(spark.sparkContext().startTime());
      List<Cared> done = run(spark, asked.at(now));
      List<String> failed =
          done.stream()
              .filter(cared -> cared.ending() == Cared.Ending.FAILED)
              .map(
                  cared -> cared.table() + " (" + cared.action().word() + ": " + cared.note() + ")")
              .toList();
      if (!failed.isEmpty()) {
        throw new JobFailure("table care failed for " + String.join("; ", failed));
      }
    } finally {
      spark.stop();
    }
  }

  /** What is asked for; the time is to come. */
  static CareSettings settings(List<String> arguments) {
    List<String> tables = new ArrayList<>();
    Set<Cared.Action> actions = EnumSet.allOf(Cared.Action.class);
    Effect effect = Effect.CHANGE;
    Orphans orphans = Orphans.REPORT;
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--dry-run" -> effect = Effect.TELL;
        case "--quarantine" -> orphans = Orphans.QUARANTINE;
        case "--delete" -> orphans = Orphans.DELETE;
        case "--only" -> actions = actions(words.hasNext() ? words.next() : "");
        default -> {
          if (word.startsWith("-")) {
            throw new JobFailure(word + " is not known; " + USAGE);
          }
          tables.add(word);
        }
      }
    }
    try {
      return new CareSettings(
          TableName.CATALOG, tables, actions, effect, orphans, Policy.standard(), Instant.EPOCH);
    } catch (IllegalArgumentException refused) {
      throw new JobFailure(refused.getMessage() + "; " + USAGE, refused);
    }
  }

  private static Set<Cared.Action> actions(String words) {
    Set<Cared.Action> actions = EnumSet.noneOf(Cared.Action.class);
    for (String word : words.split(",", -1)) {
      try {
        actions.add(Cared.Action.valueOf(word.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException unknown) {
        throw new JobFailure("'" + word + "' is no action; " + USAGE, unknown);
      }
    }
    return actions;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
