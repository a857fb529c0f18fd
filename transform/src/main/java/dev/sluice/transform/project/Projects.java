package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Owned;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.project.NightOrder.Step;
import dev.sluice.transform.subject.Subjects;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.SparkSession$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the jobs of a project: a folder with SQL files in {@code jobs}, jars of Java jobs in {@code
 * jars}, and {@code project.yaml} if anything is to be otherwise than by default.
 */
public final class Projects {
  private static final String JOBS = "jobs";

  /** A job whose columns are known only when the tables that it reads are. */
  @FunctionalInterface
  private interface Draft {
    Job job(Map<TableName, StructType> made);
  }

  private record Found(Draft draft, Origin origin) {}

  private Projects() {}

  /** The shipped subjects alone. */
  public static Project shipped() {
    List<Step<Found>> steps = new ArrayList<>();
    Subjects.nightly().forEach(job -> steps.add(step(job)));
    return ordered(steps);
  }

  /** The project in a folder, as the Spark session of this thread sees its tables. */
  public static Project load(Path folder) {
    return load(folder, SparkSession$.MODULE$.active());
  }

  /** The project in a folder, or one line that says which of its files is wrong and why. */
  public static Project load(Path folder, SparkSession spark) {
    if (!Files.isDirectory(folder.resolve(JOBS))
        && !Files.isDirectory(folder.resolve(Jars.FOLDER))) {
      throw new JobFailure(
          folder + " is no project: it has no folder 'jobs'; make one with: ./sluice etl new DIR");
    }
    List<Step<Found>> steps = new ArrayList<>();
    List<Job> subjects = Subjects.nightly();
    Settings settings = settings(folder, subjects);
    subjects.stream().filter(settings.shipped()).forEach(job -> steps.add(step(job)));
    Jars.in(folder, spark).forEach(job -> steps.add(step(job)));
    sqlFiles(folder).forEach(file -> steps.add(step(file, spark)));
    return ordered(steps);
  }

  /** One job by itself: a file of SQL whose tables are there. */
  public static Job sql(Path file, SparkSession spark) {
    String name = String.valueOf(file.getFileName());
    return SqlFile.of(name, text(file, name)).job(spark, new Schemas(spark, Map.of()));
  }

  private static Settings settings(Path folder, List<Job> subjects) {
    Path file = folder.resolve(Settings.FILE);
    return Files.isRegularFile(file)
        ? Settings.of(text(file, Settings.FILE), subjects)
        : Settings.byDefault();
  }

  /** Every file of SQL, in the order of their paths. */
  private static List<SqlFile> sqlFiles(Path folder) {
    Path jobs = folder.resolve(JOBS);
    if (!Files.isDirectory(jobs)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(jobs)) {
      return all.filter(Files::isRegularFile)
          .filter(it -> it.toString().toLowerCase(Locale.ROOT).endsWith(".sql"))
          .filter(it -> !it.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(it -> name(folder, it)))
          .map(it -> SqlFile.of(name(folder, it), text(it, name(folder, it))))
          .toList();
    } catch (IOException unreadable) {
      throw new JobFailure(jobs + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static String text(Path file, String name) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException notText) {
      throw new JobFailure(name + ": is no text in UTF-8", notText);
    } catch (IOException unreadable) {
      throw new JobFailure(name + ": cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static Step<Found> step(Job job) {
    String label = job.getClass().getName();
    Optional<Owned> owned = job instanceof Owned it ? Optional.of(it) : Optional.empty();
    Origin origin =
        new Origin(
            label,
            CodeHash.of(job.getClass()),
            owned.flatMap(Owned::owner),
            owned.flatMap(Owned::schedule));
    return new Step<>(
        new Found(made -> job, origin),
        label,
        job.writes().name(),
        Needs.of(job.reads(), job.checks(), job.writes().name()));
  }

  private static Step<Found> step(SqlFile file, SparkSession spark) {
    Declaration declared = file.declared();
    Origin origin = new Origin(file.file(), file.code(), declared.owner(), declared.schedule());
    return new Step<>(
        new Found(made -> file.job(spark, new Schemas(spark, made)), origin),
        file.file(),
        declared.table(),
        Needs.of(declared.reads(), declared.checks(), declared.table()));
  }

  private static Project ordered(List<Step<Found>> steps) {
    List<Job> jobs = new ArrayList<>();
    Map<TableName, Origin> origins = new LinkedHashMap<>();
    Map<TableName, StructType> made = new HashMap<>();
    for (Step<Found> step : NightOrder.of(steps)) {
      Job job = step.job().draft().job(made);
      jobs.add(job);
      origins.put(step.writes(), step.job().origin());
      made.put(step.writes(), schema(job.writes()));
    }
    return new Project(jobs, origins);
  }

  private static StructType schema(TableShape shape) {
    StructType schema = new StructType();
    for (TableShape.Field field : shape.columns()) {
      schema = schema.add(field.name(), DataType.fromDDL(field.type()));
    }
    return schema;
  }
}
