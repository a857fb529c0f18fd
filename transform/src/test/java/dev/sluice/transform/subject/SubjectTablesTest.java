package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.sample.BuiltTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainDays;
import dev.sluice.transform.sample.PlainPeople;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables that are made of other tables, day by day, against all events at once, plainly. */
class SubjectTablesTest {
  private static final LocalDate FIRST = LocalDate.of(2028, 2, 28);
  private static final int DAYS = 2;

  /** From the day before the first to the day after the last, which is no leap day. */
  private static final List<LocalDate> RUN =
      FIRST.minusDays(1).datesUntil(FIRST.plusDays(DAYS + 1)).toList();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {4})
  void tablesBuiltDayByDayAreWhatAllEventsAtOnceSay(long seed) {
    List<RawEvent> events =
        new RandomDays(seed, FIRST, DAYS)
            .events().stream().filter(event -> RUN.contains(event.day())).toList();
    PlainDays days = new PlainDays(events);
    PlainPeople people = new PlainPeople(events);
    BuiltTables built =
        new BuiltTables(RUN)
            .with(Events.RAW, RawEvent.rows(LocalSpark.session(), events).coalesce(1).cache());

    same(seed, built, new AppEvents(), flat(days.events()));
    same(seed, built, new UserDays(), flat(people.userDays()));
    same(seed, built, new Identities(), flat(days.identities()));
    same(seed, built, new People(), people.people());
    same(seed, built, new Users(), people.users());
    same(seed, built, new UsersHistory(), people.history());
    same(seed, built, new Items(), flat(days.items()));
    same(
        seed,
        built,
        new Funnels(List.of(Funnel.SHOP)),
        flat(
            days.funnels(
                "shop", List.of("view", "add_to_cart", "purchase"), Funnel.SHOP.window())));
    same(seed, built, new PagePaths(), flat(days.pagePaths()));
    same(seed, built, new Cohorts(), people.cohorts());
    built.read(Events.RAW).unpersist();
  }

  private static void same(long seed, BuiltTables built, Job job, Set<String> plain) {
    assertThat(plain).as("%s of seed %d", job.writes().name(), seed).isNotEmpty();
    assertThat(built.build(job))
        .as("%s of seed %d", job.writes().name(), seed)
        .containsExactlyInAnyOrderElementsOf(plain);
  }

  private static Set<String> flat(Map<LocalDate, Set<String>> days) {
    return days.values().stream()
        .flatMap(Set::stream)
        .filter(row -> !LocalDate.parse(row.substring(0, 10)).isAfter(RUN.get(RUN.size() - 1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
