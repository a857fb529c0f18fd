package dev.sluice.transform.subject;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.subject.device.DeviceHours;
import dev.sluice.transform.subject.marketing.Attribution;
import dev.sluice.transform.subject.marketing.Calls;
import dev.sluice.transform.subject.marketing.CampaignCosts;
import dev.sluice.transform.subject.marketing.Roas;
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
        new Cohorts(),
        new Attribution(),
        new CampaignCosts(),
        new Roas(),
        new Calls(),
        new DeviceHours());
  }
}
