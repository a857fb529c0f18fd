package dev.sluice.infra.compute;

/**
 * The life cycle of an instance (EC2 User Guide, "Instance lifecycle"), complete:
 *
 * <pre>
 *                 START     STOP      TERMINATE      SETTLE
 * pending         stays     illegal   shutting-down  running
 * running         stays     stopping  shutting-down  stays
 * stopping        illegal   stays     shutting-down  stopped
 * stopped         pending   stays     terminated     stays
 * shutting-down   illegal   illegal   stays          terminated
 * terminated      illegal   illegal   stays          stays
 * </pre>
 */
public final class LifeCycle {
  private LifeCycle() {}

  /** What a command does in a state. */
  public sealed interface Verdict {}

  public record Moves(InstanceState to) implements Verdict {}

  /** Nothing is to be done: the wish is met already, or time has nothing to end. */
  public record Stays() implements Verdict {}

  public record Illegal() implements Verdict {}

  public static Verdict decide(InstanceState state, Command command) {
    return switch (command) {
      case START -> start(state);
      case STOP -> stop(state);
      case TERMINATE -> terminate(state);
      case SETTLE -> settle(state);
    };
  }

  private static Verdict start(InstanceState state) {
    return switch (state) {
      case PENDING, RUNNING -> new Stays();
      case STOPPED -> new Moves(InstanceState.PENDING);
      case STOPPING, SHUTTING_DOWN, TERMINATED -> new Illegal();
    };
  }

  private static Verdict stop(InstanceState state) {
    return switch (state) {
      case RUNNING -> new Moves(InstanceState.STOPPING);
      case STOPPING, STOPPED -> new Stays();
      case PENDING, SHUTTING_DOWN, TERMINATED -> new Illegal();
    };
  }

  private static Verdict terminate(InstanceState state) {
    return switch (state) {
      case PENDING, RUNNING, STOPPING -> new Moves(InstanceState.SHUTTING_DOWN);
      case STOPPED -> new Moves(InstanceState.TERMINATED);
      case SHUTTING_DOWN, TERMINATED -> new Stays();
    };
  }

  private static Verdict settle(InstanceState state) {
    return switch (state) {
      case PENDING -> new Moves(InstanceState.RUNNING);
      case STOPPING -> new Moves(InstanceState.STOPPED);
      case SHUTTING_DOWN -> new Moves(InstanceState.TERMINATED);
      case RUNNING, STOPPED, TERMINATED -> new Stays();
    };
  }
}
