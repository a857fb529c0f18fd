package dev.sluice.transform.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.project.NightOrder.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Jobs by number: each reads what the numbers say. */
class NightOrderPropertiesTest {
  @Property(tries = 300)
  void everyJobRunsAfterThoseItReads(
      @ForAll @Size(8) List<@Size(max = 4) Set<@IntRange(max = 7) Integer>> reads) {
    List<Step<Integer>> steps = new ArrayList<>();
    for (int i = 0; i < reads.size(); i++) {
      int job = 7 - i;
      // Only from jobs of a lower number, so that there is an order.
      steps.add(step(job, reads.get(i).stream().filter(it -> it < job).toList()));
    }
    List<Integer> order = NightOrder.of(steps).stream().map(Step::job).toList();

    assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    for (Step<Integer> step : steps) {
      for (TableName table : step.needs()) {
        assertThat(order.indexOf(Integer.valueOf(table.table().substring(1))))
            .isLessThan(order.indexOf(step.job()));
      }
    }
    assertThat(NightOrder.of(steps)).as("twice the same").isEqualTo(NightOrder.of(steps));
  }

  @Example
  void jobsThatReadNothingOfEachOtherStayInTheirOrder() {
    List<Step<Integer>> steps =
        IntStream.of(5, 3, 9, 1).mapToObj(job -> step(job, List.of())).toList();

    assertThat(NightOrder.of(steps)).isEqualTo(steps);
    assertThat(
            NightOrder.of(List.of(step(5, List.of(1)), step(3, List.of()), step(1, List.of())))
                .stream()
                .map(Step::job))
        .containsExactly(1, 5, 3);
  }

  @Property(tries = 50)
  void aCircleIsNamedJobByJob(@ForAll @IntRange(min = 2, max = 6) int length) {
    List<Step<Integer>> steps = new ArrayList<>();
    steps.add(step(20, List.of(0)));
    for (int i = 0; i < length; i++) {
      steps.add(step(i, List.of((i + 1) % length)));
    }
    String circle =
        IntStream.range(0, length)
            .mapToObj(i -> "job " + i + " (lake.gold.t" + i + ")")
            .collect(Collectors.joining(" reads from "));

    assertThatThrownBy(() -> NightOrder.of(steps))
        .isInstanceOf(JobFailure.class)
        .hasMessage("jobs read each other in a circle: " + circle + " reads from job 0");
  }

  @Example
  void aTableHasOneWriterWhoDoesNotReadIt() {
    assertThatThrownBy(() -> NightOrder.of(List.of(step(1, List.of()), step(1, List.of()))))
        .hasMessageContaining("job 1 and job 1 both write lake.gold.t1");
    assertThatThrownBy(() -> NightOrder.of(List.of(step(1, List.of(1)))))
        .hasMessageContaining("job 1 reads its own table lake.gold.t1");
  }

  private static Step<Integer> step(int job, List<Integer> reads) {
    return new Step<>(
        job,
        "job " + job,
        table(job),
        reads.stream().map(NightOrderPropertiesTest::table).collect(Collectors.toSet()));
  }

  private static TableName table(int job) {
    return new TableName("gold", "t" + job);
  }
}
