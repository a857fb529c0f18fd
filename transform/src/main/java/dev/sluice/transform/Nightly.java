package dev.sluice.transform;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.lineage.DeclaredLineage;
import dev.sluice.transform.project.Project;
import dev.sluice.transform.project.Projects;
import dev.sluice.transform.publish.Release;
import dev.sluice.transform.report.Progress;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Where {@code spark-submit} enters: {@code --class dev.sluice.transform.Nightly
 * sluice-transform.jar --date 2026-11-20}; without words it makes whatever is stale. The catalog
 * {@code lake} comes in by configuration.
 *
 * <p>Standard output has one line of JSON per {@link Progress}; a failure is the last of them, and
 * the process ends with a code other than 0.
 */
public final class Nightly {
  private Nightly() {}

  public static void main(String[] arguments) {
    try {
      run(NightWords.of(List.of(arguments)));
    } catch (JobFailure known) {
      say(new Progress.Failed(known.getMessage()));
      throw known;
    } catch (Exception | LinkageError failed) {
      String line = "the night failed: " + Night.firstLine(failed);
      say(new Progress.Failed(line));
      throw new JobFailure(line, failed);
    }
  }

  private static void run(NightWords words) {
    long start = System.nanoTime();
    // What the rows depend on is set here, whatever the submitter's configuration says.
    SparkSession spark =
        SparkSession.builder()
            .appName("sluice nightly " + words)
            .config("spark.sql.session.timeZone", "UTC")
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    try {
      say(new Progress.Started(Night.secondsSince(start)));
      Release.reach(spark);
      long began = spark.sparkContext().startTime();
      long here = System.nanoTime();
      InstantSource clock = () -> Instant.ofEpochMilli(began).plusNanos(System.nanoTime() - here);
      Project project =
          words
              .project()
              .map(folder -> Projects.load(folder, spark, System.getenv()))
              .orElseGet(Projects::ofClassPath);
      Agenda agenda = new Agenda(Spark3Util.loadIcebergCatalog(spark, TableName.CATALOG), project);
      String run = words.run().orElseGet(() -> spark.sparkContext().applicationId() + "-" + began);
      new Evening(spark, agenda, clock, lineage(spark.sparkContext().getConf()), Nightly::say)
          .spend(words, run);
    } finally {
      spark.stop();
    }
  }

  /** Told even where Spark's listener tells more, which sees branches and no release of them. */
  private static DeclaredLineage lineage(SparkConf settings) {
    if (!settings.contains(DeclaredLineage.URL)) {
      return DeclaredLineage.untold();
    }
    Optional<String> token =
        settings.contains(DeclaredLineage.TOKEN)
            ? Optional.of(settings.get(DeclaredLineage.TOKEN))
            : Optional.empty();
    return DeclaredLineage.to(URI.create(settings.get(DeclaredLineage.URL)), token);
  }

  private static void say(Progress progress) {
    System.out.println(progress.line());
    System.out.flush();
  }
}
