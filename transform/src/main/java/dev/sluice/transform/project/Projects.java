package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Owned;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.plan.CodeHash;
import dev.sluice.transform.project.NightOrder.Step;
import dev.sluice.transform.source.Sources;
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
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the jobs of a project: a folder with SQL files in {@code jobs}, jars of Java jobs in {@code
 * jars}, databases to copy in {@code sources}, and {@code project.yaml} if anything is to be
 * otherwise than by default.
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

  /** The shipped subjects, and the Java jobs that the class path has. */
  public static Project ofClassPath() {
    List<Job> jobs = new ArrayList<>(Subjects.nightly());
    jobs.addAll(Jars.onClassPath());
    return of(jobs);
  }

  /** These jobs, put in order. */
  public static Project of(List<Job> jobs) {
    return ordered(jobs.stream().map(Projects::step).toList());
  }

  /** The project in a folder without copies of databases, or whose databases ask no password. */
  public static Project load(Path folder, SparkSession spark) {
    return load(folder, spark, Map.of());
  }

  /**
   * The project in a folder, or one line that says which of its files is wrong and why.
   *
   * @param environment where the passwords of its sources are
   */
  public static Project load(Path folder, SparkSession spark, Map<String, String> environment) {
    List<Path> jars = Jars.in(folder);
    jars.forEach(jar -> spark.sparkContext().addJar(jar.toUri().toString()));
    return found(
        folder,
        jars,
        new Sources(environment),
        (file, made) -> file.job(spark, new Schemas(spark, made)));
  }

  /**
   * The same without a Spark, to be planned and not to be run: of a SQL job's columns it has those
   * that its file names.
   */
  public static Project outline(Path folder) {
    return found(folder, Jars.in(folder), new Sources(Map.of()), (file, made) -> new Outline(file));
  }

  private static Project found(
      Path folder,
      List<Path> jars,
      Sources sources,
      BiFunction<SqlFile, Map<TableName, StructType>, Job> maker) {
    if (!Files.isDirectory(folder.resolve(JOBS))
        && !Files.isDirectory(folder.resolve(Sources.FOLDER))
        && jars.isEmpty()) {
      throw new JobFailure(
          folder + " is no project: it has no folder 'jobs'; make one with: ./sluice etl new DIR");
    }
    List<Step<Found>> steps = new ArrayList<>();
    List<Job> subjects = Subjects.nightly();
    Settings settings = settings(folder, subjects);
    subjects.stream().filter(settings.shipped()).forEach(job -> steps.add(step(job)));
    Jars.jobs(jars).forEach(job -> steps.add(step(job)));
    sources.load(folder.resolve(Sources.FOLDER)).forEach(job -> steps.add(step(job)));
    sqlFiles(folder).forEach(file -> steps.add(step(file, made -> maker.apply(file, made))));
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
            label, CodeHash.of(job), owned.flatMap(Owned::owner), owned.flatMap(Owned::schedule));
    return new Step<>(
        new Found(made -> job, origin),
        label,
        job.writes().name(),
        Needs.of(job.reads(), job.checks(), job.writes().name()));
  }

  private static Step<Found> step(SqlFile file, Draft draft) {
    Declaration declared = file.declared();
    Origin origin = new Origin(file.file(), file.code(), declared.owner(), declared.schedule());
    return new Step<>(
        new Found(draft, origin),
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
      if (!job.writes().columns().isEmpty()) {
        made.put(step.writes(), schema(job.writes()));
      }
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
