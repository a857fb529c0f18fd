package dev.sluice.transform.source;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** The copies that a folder of source files asks for. No server is asked for anything yet. */
public final class Sources {
  /** Where a project has the files. */
  public static final String FOLDER = "sources";

  private final Map<String, String> environment;

  /**
   * @param environment where the passwords are
   */
  public Sources(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** One job for each table of each file, in the order of the files' names; none without folder. */
  public List<Job> load(Path folder) {
    Map<String, String> owners = new LinkedHashMap<>();
    List<Job> jobs = new ArrayList<>();
    for (Path file : files(folder)) {
      String name = file.getFileName().toString();
      Source source = SourceFile.read(name, text(file));
      if (owners.putIfAbsent("source " + source.name(), name) != null) {
        throw new JobFailure(
            "%s: source %s is declared in %s too"
                .formatted(name, source.name(), owners.get("source " + source.name())));
      }
      Semaphore turn = new Semaphore(1, true);
      for (TableCopy copy : source.tables()) {
        String other = owners.putIfAbsent(copy.to().toString(), name);
        if (other != null) {
          throw new JobFailure(
              "%s: %s is copied to %s, which a table of %s is copied to; name another with 'to:'"
                  .formatted(name, copy.from(), copy.to(), other));
        }
        jobs.add(new CopyJob(source, copy, environment, turn));
      }
    }
    return List.copyOf(jobs);
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.ya?ml"))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new JobFailure("cannot list " + folder + ": " + unreadable.getMessage(), unreadable);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new JobFailure("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
    }
  }
}
