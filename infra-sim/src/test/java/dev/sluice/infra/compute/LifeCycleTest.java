package dev.sluice.infra.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class LifeCycleTest {
  /** As EC2's user guide draws it; read here, so that code and table cannot drift apart. */
  private static final String TABLE =
      """
      state          START    STOP      TERMINATE      SETTLE
      pending        stays    illegal   shutting-down  running
      running        stays    stopping  shutting-down  stays
      stopping       illegal  stays     shutting-down  stopped
      stopped        pending  stays     terminated     stays
      shutting-down  illegal  illegal   stays          terminated
      terminated     illegal  illegal   stays          stays
      """;

  @Test
  void everyStateAnswersEveryCommandAsTheTableSays() {
    String[] lines = TABLE.split("\n", -1);
    String[] commands = lines[0].split("\\s+", -1);
    int checked = 0;
    for (int row = 1; row <= InstanceState.values().length; row++) {
      String[] cells = lines[row].split("\\s+", -1);
      InstanceState state = state(cells[0]);
      for (int column = 1; column < commands.length; column++) {
        LifeCycle.Verdict expected =
            switch (cells[column]) {
              case "stays" -> new LifeCycle.Stays();
              case "illegal" -> new LifeCycle.Illegal();
              default -> new LifeCycle.Moves(state(cells[column]));
            };
        Command command = Command.valueOf(commands[column]);
        assertThat(LifeCycle.decide(state, command))
            .as("%s %s", state, command)
            .isEqualTo(expected);
        checked++;
      }
    }
    assertThat(checked).isEqualTo(InstanceState.values().length * Command.values().length);
  }

  @Test
  void timeEndsExactlyThePassingStates() {
    for (InstanceState state : InstanceState.values()) {
      assertThat(LifeCycle.decide(state, Command.SETTLE) instanceof LifeCycle.Moves)
          .as("%s", state)
          .isEqualTo(state.passing());
    }
  }

  private static InstanceState state(String word) {
    return InstanceState.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
