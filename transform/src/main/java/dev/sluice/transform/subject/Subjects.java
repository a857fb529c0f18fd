package dev.sluice.transform.subject;

import dev.sluice.transform.job.Job;
import java.util.List;

/** The jobs of a night, in the order they run. A new one is added here. */
public final class Subjects {
  private Subjects() {}

  public static List<Job> nightly() {
    return List.of(
        new Sessions(),
        new Transactions(),
        new AppEvents(),
        new UserDays(),
        new Identities(),
        new People(),
        new Users(),
        new UsersHistory(),
        new Items(),
        new Funnels(List.of(Funnel.SHOP)),
        new PagePaths(),
        new Cohorts());
  }
}
