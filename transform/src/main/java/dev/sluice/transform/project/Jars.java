package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Jobs that are Java classes: those that a jar names in {@code
 * META-INF/services/dev.sluice.transform.job.Job}, in the project's folder {@code jars} or on the
 * class path.
 */
final class Jars {
  static final String FOLDER = "jars";

  private Jars() {}

  /**
   * The jobs in the order of their classes' names. The jars are given to Spark's executors, and to
   * this thread, as {@code spark-submit --jars} would.
   */
  static List<Job> in(Path project, SparkSession spark) {
    List<Path> jars = jars(project.resolve(FOLDER));
    if (!jars.isEmpty()) {
      // It lives as long as the jobs do: as long as the process.
      Thread.currentThread().setContextClassLoader(loader(jars));
      jars.forEach(jar -> spark.sparkContext().addJar(jar.toUri().toString()));
    }
    return jobs(parent());
  }

  private static ClassLoader parent() {
    return Optional.ofNullable(Thread.currentThread().getContextClassLoader())
        .orElseGet(Job.class::getClassLoader);
  }

  private static URLClassLoader loader(List<Path> jars) {
    URL[] urls =
        jars.stream()
            .map(
                jar -> {
                  try {
                    return jar.toUri().toURL();
                  } catch (MalformedURLException impossible) {
                    throw new IllegalStateException(jar.toString(), impossible);
                  }
                })
            .toArray(URL[]::new);
    return new URLClassLoader("project", urls, parent());
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .map(Path::toAbsolutePath)
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new JobFailure(folder + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static List<Job> jobs(ClassLoader loader) {
    List<Job> jobs = new ArrayList<>();
    try {
      ServiceLoader.load(Job.class, loader).forEach(jobs::add);
    } catch (ServiceConfigurationError broken) {
      throw new JobFailure("a Java job cannot be loaded: " + broken.getMessage(), broken);
    }
    jobs.sort(Comparator.comparing(job -> job.getClass().getName()));
    return jobs;
  }
}
