package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.BuiltTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.RawEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandMadeOrdersTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private final List<RawEvent> events = new ArrayList<>();

  @Test
  void refundsAreNettedAsTheyAreSentEachOnce() {
    money("purchase", "part", "2026-11-20T10:00:00Z", 10.0, 3);
    money("refund", "part", "2026-11-21T10:00:00Z", 10.0, 1);
    money("purchase", "twice", "2026-11-20T10:00:00Z", 19.99, 1);
    money("refund", "twice", "2026-11-20T11:00:00Z", 19.99, 1);
    money("refund", "twice", "2026-11-20T12:00:00Z", 19.99, 1);
    money("purchase", "sent-again", "2026-11-20T10:00:00Z", 5.0, 1);
    RawEvent once = money("refund", "sent-again", "2026-11-20T11:00:00Z", 5.0, 1);
    events.add(once.at(once.time().plusSeconds(3600), events.size()));
    money("purchase", "taken-back", "2026-11-20T10:00:00Z", 7.5, 1);
    money("refund", "taken-back", "2026-11-20T11:00:00Z", 7.5, 1);
    money("refund", "taken-back", "2026-11-20T12:00:00Z", -7.5, 1);
    money("purchase", "free", "2026-11-20T10:00:00Z", 0.0, 1);
    money("purchase", "late", "2026-11-20T10:00:00Z", 8.0, 1);
    money("refund", "late", "2026-12-20T23:59:59Z", 1.0, 1);
    money("refund", "late", "2026-12-21T00:00:00Z", 1.0, 1);
    money("purchase", "before", "2026-11-20T10:00:00Z", 8.0, 1);
    money("refund", "before", "2026-11-19T23:00:00Z", 8.0, 1);
    money("refund", "nobody-bought", "2026-11-20T10:00:00Z", 3.0, 1);

    assertThat(transactions())
        .containsExactlyInAnyOrder(
            row("part", 3, "30.0000", "10.0000", "20.0000"),
            row("twice", 1, "19.9900", "39.9800", "-19.9900"),
            row("sent-again", 1, "5.0000", "5.0000", "0.0000"),
            row("taken-back", 1, "7.5000", "0.0000", "7.5000"),
            row("free", 1, "0.0000", "0.0000", "0.0000"),
            row("late", 1, "8.0000", "1.0000", "7.0000"),
            row("before", 1, "8.0000", "0.0000", "8.0000"));
  }

  @Test
  void amountsThatNoDoubleCanHoldAddUpExactly() {
    for (int i = 0; i < 10; i++) {
      money("purchase", "dimes", "2026-11-20T10:00:0" + i + "Z", 0.1, 1);
    }
    money("refund", "dimes", "2026-11-20T11:00:00Z", 0.3, 1);
    money("purchase", "absurd", "2026-11-20T10:00:00Z", 1e30, 2);

    assertThat(transactions())
        .containsExactlyInAnyOrder(
            row("dimes", 10, "1.0000", "0.3000", "0.7000"),
            row("absurd", 2, "0.0000", "0.0000", "0.0000"));
  }

  @Test
  void aFunnelWantsItsStepsOneAfterTheOtherWithinItsWindowFromTheFirst() {
    step("in-order", "view", "2026-11-20T10:00:00Z");
    step("in-order", "add_to_cart", "2026-11-20T10:00:02Z");
    step("in-order", "purchase", "2026-11-20T10:00:05.5Z");
    step("at-once", "view", "2026-11-20T10:00:00Z");
    step("at-once", "add_to_cart", "2026-11-20T10:00:00Z");
    step("backwards", "purchase", "2026-11-20T10:00:00Z");
    step("backwards", "add_to_cart", "2026-11-20T11:00:00Z");
    step("backwards", "view", "2026-11-20T12:00:00Z");
    step("skips", "view", "2026-11-20T10:00:00Z");
    step("skips", "purchase", "2026-11-20T11:00:00Z");
    // The later view has time enough, the earlier one has not.
    step("looks-again", "view", "2026-11-20T08:00:00Z");
    step("looks-again", "view", "2026-11-20T20:00:00Z");
    step("looks-again", "add_to_cart", "2026-11-21T20:00:00Z");
    step("a-moment-late", "view", "2026-11-20T08:00:00Z");
    step("a-moment-late", "add_to_cart", "2026-11-21T08:00:00.000001Z");
    step("yesterdays", "view", "2026-11-19T20:00:00Z");
    step("yesterdays", "add_to_cart", "2026-11-20T01:00:00Z");

    BuiltTables built = built(DAY.minusDays(1), DAY, DAY.plusDays(1));
    built.build(new AppEvents());
    assertThat(built.build(new Funnels(List.of(Funnel.SHOP))))
        .filteredOn(row -> row.startsWith(DAY.toString()))
        .containsExactly(
            "2026-11-20|shop|1|view|6|6|1.000000|43201.000",
            "2026-11-20|shop|2|add_to_cart|6|2|0.333333|3.500",
            "2026-11-20|shop|3|purchase|6|1|0.166667|null");
  }

  private RawEvent money(String type, String order, String time, double price, long pieces) {
    RawEvent event =
        RawEvent.of(events.size(), "ann", type, Instant.parse(time))
            .paying(order, price, pieces, "EUR");
    events.add(event);
    return event;
  }

  private void step(String user, String type, String time) {
    events.add(RawEvent.of(events.size(), user, type, Instant.parse(time)));
  }

  private BuiltTables built(LocalDate... days) {
    return new BuiltTables(List.of(days))
        .with(Events.RAW, RawEvent.rows(LocalSpark.session(), events).coalesce(1));
  }

  private Set<String> transactions() {
    return built(DAY).build(new Transactions());
  }

  private static String row(String order, int items, String gross, String refunded, String net) {
    return String.join(
        "|",
        DAY.toString(),
        order,
        "ann",
        "" + items,
        gross,
        refunded,
        net,
        "EUR",
        DAY + "T10:00:00Z");
  }
}
