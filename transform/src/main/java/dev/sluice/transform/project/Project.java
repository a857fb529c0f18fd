package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The jobs of a night.
 *
 * @param jobs in an order in which each runs after those whose tables it reads
 * @param origins of every job, by the table that it writes
 */
public record Project(List<Job> jobs, Map<TableName, Origin> origins) {
  public Project {
    jobs = List.copyOf(jobs);
    origins = Map.copyOf(origins);
    Set<TableName> written = new HashSet<>();
    jobs.forEach(job -> written.add(job.writes().name()));
    if (written.size() != jobs.size() || !written.equals(origins.keySet())) {
      throw new IllegalArgumentException("every job writes a table of its own, and has an origin");
    }
  }

  public Origin origin(Job job) {
    return origins.get(job.writes().name());
  }

  /** A hash of what the job's rows depend on beside its tables: its code. */
  public String code(Job job) {
    return origin(job).code();
  }

  public Optional<String> owner(Job job) {
    return origin(job).owner();
  }

  /** When the job runs by itself, as it is written; none is with the others. */
  public Optional<String> schedule(Job job) {
    return origin(job).schedule();
  }
}
