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

/**
 * Jobs that are Java classes: those that a jar names in {@code
 * META-INF/services/dev.sluice.transform.job.Job}, in the project's folder {@code jars} or on the
 * class path.
 */
final class Jars {
  private static final String FOLDER = "jars";

  private Jars() {}

  /** The jars of a project, in the order of their names. */
  static List<Path> in(Path project) {
    return jars(project.resolve(FOLDER));
  }

  /** The jobs that the class path has. */
  static List<Job> onClassPath() {
    return jobs(parent());
  }

  /**
   * The jobs of jars and of the class path, in the order of their classes' names. This thread finds
   * their classes from now on, as if {@code spark-submit --jars} had named them.
   */
  static List<Job> jobs(List<Path> jars) {
    if (!jars.isEmpty()) {
      // It lives as long as the jobs do: as long as the process.
      Thread.currentThread().setContextClassLoader(loader(jars));
    }
    return onClassPath();
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
