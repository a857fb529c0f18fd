package dev.sluice.infra.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Settings;
import dev.sluice.infra.clock.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComputeTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final ComputeSettings SETTINGS = Settings.defaults(ComputeSettings.class);
  private static final InstanceTypes TYPES = InstanceTypes.shipped();

  @TempDir private Path directory;
  private final VirtualTime time = new VirtualTime(START, 100_000);

  private Compute start(ComputeSettings settings) throws Exception {
    Compute compute = new Compute(settings, directory, time, 7, TYPES);
    compute.start();
    return compute;
  }

  private static Launch launch(int min, int max, Optional<String> token) {
    return new Launch("ami-12345678", "c7g.large", min, max, Optional.empty(), Map.of(), token);
  }

  private static String one(Compute compute) {
    return compute.run(launch(1, 1, Optional.empty())).get(0).id();
  }

  private static InstanceState state(Compute compute, String id) {
    return compute.instance(id).orElseThrow().state();
  }

  @Test
  void anInstanceBootsRunsStopsStartsAndTerminates() throws Exception {
    Compute compute = start(SETTINGS);
    List<String> heard = new ArrayList<>();
    compute.listen(
        (instance, from) ->
            heard.add(
                from.map(InstanceState::word).orElse("new") + " > " + instance.state().word()));
    String id = one(compute);
    assertThat(state(compute, id)).isEqualTo(InstanceState.PENDING);
    time.advance(Duration.ofSeconds(6));
    assertThat(state(compute, id)).isEqualTo(InstanceState.RUNNING);
    compute.command(Command.STOP, List.of(id));
    time.advance(Duration.ofSeconds(3));
    assertThat(state(compute, id)).isEqualTo(InstanceState.STOPPED);
    compute.command(Command.START, List.of(id));
    time.advance(Duration.ofSeconds(6));
    assertThat(compute.command(Command.TERMINATE, List.of(id)))
        .containsExactly(new Change(id, InstanceState.RUNNING, InstanceState.SHUTTING_DOWN));
    time.advance(Duration.ofSeconds(2));
    assertThat(state(compute, id)).isEqualTo(InstanceState.TERMINATED);
    assertThat(compute.instance(id).orElseThrow().transitionReason())
        .startsWith("User initiated (2026-01-01 00:00:");

    time.advance(Duration.ofHours(2));

    assertThat(compute.instances()).isEmpty();
    assertThat(heard)
        .containsExactly(
            "new > pending",
            "pending > running",
            "running > stopping",
            "stopping > stopped",
            "stopped > pending",
            "pending > running",
            "running > shutting-down",
            "shutting-down > terminated");
  }

  @Test
  void onlyRunningIsBilledBySecondsAndAtLeastOneMinuteEachTime() throws Exception {
    Compute compute = start(SETTINGS);
    String id = one(compute);
    BigDecimal price = TYPES.find("c7g.large").orElseThrow().pricePerHour();
    assertThat(compute.costUsd()).isEqualByComparingTo("0");
    Instant booted = compute.instance(id).orElseThrow().settlesAt().orElseThrow();
    time.advanceTo(booted.plusSeconds(10));
    assertThat(compute.instance(id).orElseThrow().billing().seconds(time.instant())).isEqualTo(60);
    compute.command(Command.STOP, List.of(id));
    time.advance(Duration.ofHours(5));
    compute.command(Command.START, List.of(id));
    booted = compute.instance(id).orElseThrow().settlesAt().orElseThrow();
    time.advanceTo(booted.plusMillis(3600_500));
    compute.command(Command.TERMINATE, List.of(id));

    assertThat(compute.instance(id).orElseThrow().billing().seconds(time.instant()))
        .isEqualTo(60 + 3601);
    BigDecimal cost =
        price
            .multiply(new BigDecimal("3661"))
            .divide(new BigDecimal("3600"), 8, java.math.RoundingMode.HALF_UP);
    assertThat(compute.costUsd()).isEqualByComparingTo(cost);
    time.advance(Duration.ofHours(2));
    assertThat(compute.instances()).isEmpty();
    assertThat(compute.costUsd()).as("a forgotten instance still cost").isEqualByComparingTo(cost);
  }

  @Test
  void illegalAndUnknownAreRefusedAndChangeNothing() throws Exception {
    Compute compute = start(SETTINGS);
    String booting = one(compute);
    time.advance(Duration.ofSeconds(6));
    String pending = one(compute);

    assertThatThrownBy(() -> compute.command(Command.STOP, List.of(booting, pending)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INCORRECT_STATE))
        .hasMessageContaining(pending);
    assertThat(state(compute, booting)).isEqualTo(InstanceState.RUNNING);
    assertThatThrownBy(
            () -> compute.command(Command.TERMINATE, List.of(booting, "i-0aaaaaaaaaaaaaaaa")))
        .hasMessage("The instance ID 'i-0aaaaaaaaaaaaaaaa' does not exist");
    assertThat(state(compute, booting)).isEqualTo(InstanceState.RUNNING);
  }

  @Test
  void theLimitGrantsWhatFitsAndRefusesLessThanTheMinimum() throws Exception {
    Compute compute = start(SETTINGS);
    assertThat(compute.run(launch(1, 100, Optional.empty()))).hasSize(SETTINGS.maxInstances());
    assertThatThrownBy(() -> compute.run(launch(1, 1, Optional.empty())))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INSTANCE_LIMIT));

    compute.command(Command.TERMINATE, List.of(compute.instances().get(0).id()));

    assertThat(compute.run(launch(1, 5, Optional.empty()))).hasSize(1);
    assertThat(compute.instances().stream().map(Instance::privateIp)).doesNotHaveDuplicates();
  }

  @Test
  void aTokenAskedAgainGivesTheSameInstancesAlsoAfterARestart() throws Exception {
    Compute compute = start(SETTINGS);
    List<Instance> first = compute.run(launch(2, 2, Optional.of("once")));
    assertThat(compute.run(launch(2, 2, Optional.of("once")))).isEqualTo(first);
    compute.stop();

    Compute again = start(SETTINGS);

    assertThat(again.run(launch(2, 2, Optional.of("once")))).isEqualTo(first);
    assertThat(again.instances()).hasSize(2);
    assertThatThrownBy(() -> again.run(launch(1, 2, Optional.of("once"))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOKEN_MISMATCH));
  }

  @Test
  void aRestartGoesOnWithEveryLifeWhereItWas() throws Exception {
    Compute compute = start(SETTINGS);
    String running = one(compute);
    time.advance(Duration.ofSeconds(6));
    String pending = one(compute);
    compute.tag(List.of(running), Map.of("role", "worker"));
    List<Instance> before = compute.instances();
    compute.stop();

    Compute again = new Compute(SETTINGS, directory, time, 99, TYPES);
    List<String> heard = new ArrayList<>();
    again.listen((instance, from) -> heard.add(instance.id() + " " + from.isPresent()));
    again.start();

    assertThat(again.instances()).isEqualTo(before);
    time.advance(Duration.ofSeconds(6));
    assertThat(state(again, pending)).isEqualTo(InstanceState.RUNNING);
    assertThat(heard).containsExactly(running + " false", pending + " false", pending + " true");
    assertThat(one(again)).as("ids go on, they do not begin again").isNotIn(running, pending);
  }

  @Test
  void aJournalOverItsLimitIsRewrittenAndTellsTheSame() throws Exception {
    ComputeSettings small =
        new ComputeSettings(
            20,
            SETTINGS.bootShortest(),
            SETTINGS.bootLongest(),
            SETTINGS.stopTime(),
            SETTINGS.terminateTime(),
            Duration.ofMinutes(1),
            new ByteSize(4096));
    Compute compute = start(small);
    for (int i = 0; i < 200; i++) {
      String id = one(compute);
      time.advance(Duration.ofSeconds(30));
      compute.command(Command.TERMINATE, List.of(id));
    }
    List<Instance> before = compute.instances();
    BigDecimal cost = compute.costUsd();
    compute.stop();
    assertThat(directory.resolve("instances.journal").toFile().length()).isLessThan(20_000);

    Compute again = start(small);

    assertThat(again.instances()).isEqualTo(before);
    assertThat(again.costUsd()).isEqualByComparingTo(cost);
  }

  @Test
  void tagsAreSetReplacedRemovedAndBounded() throws Exception {
    Compute compute = start(SETTINGS);
    List<String> id = List.of(one(compute));
    compute.tag(id, Map.of("a", "1", "b", "2"));
    compute.tag(id, Map.of("b", "3"));
    compute.untag(id, Map.of("a", Optional.of("other value"), "b", Optional.empty()));
    assertThat(compute.instances().get(0).tags()).isEqualTo(Map.of("a", "1"));
    assertThatThrownBy(() -> compute.tag(id, Map.of("aws:x", "1"))).hasMessageContaining("aws:");
    Map<String, String> many = new java.util.HashMap<>();
    for (int i = 0; i < 50; i++) {
      many.put("k" + i, "");
    }
    assertThatThrownBy(() -> compute.tag(id, many)).hasMessageContaining("50, not 51");
    compute.untag(id, Map.of());
    assertThat(compute.instances().get(0).tags()).isEmpty();
  }

  @Test
  void metersCountWhatRunsAndWhatItCosts() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Compute compute = new Compute(SETTINGS, directory, time, 7, TYPES);
    NodeMeters.bind(registry, compute);
    compute.start();
    compute.run(launch(3, 3, Optional.empty()));
    time.advance(Duration.ofHours(1));
    assertThat(registry.get("sluice.node.cost.usd").tag("state", "running").gauges())
        .hasSize(3)
        .allSatisfy(node -> assertThat(node.value()).isBetween(0.0725 * 0.99, 0.0725));
    assertThat(registry.get("sluice.nodes.cost.usd").gauge().value())
        .isBetween(3 * 0.0725 * 0.99, 3 * 0.0725);
    compute.command(Command.TERMINATE, List.of(compute.instances().get(0).id()));
    time.advance(Duration.ofMinutes(1));
    assertThat(registry.get("sluice.node.cost.usd").gauges()).hasSize(2);
    assertThat(compute.nodes()).hasSize(2).allMatch(node -> node.vcpus() == 2);
  }
}
