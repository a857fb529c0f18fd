package dev.sluice.infra.compute;

import java.util.Locale;

/** Where an instance is in its life, with EC2's numbers and words for it. */
public enum InstanceState {
  PENDING(0),
  RUNNING(16),
  SHUTTING_DOWN(32),
  TERMINATED(48),
  STOPPING(64),
  STOPPED(80);

  private final int code;

  InstanceState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** EC2's word: {@code shutting-down}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the state ends by itself, after a while. */
  public boolean passing() {
    return this == PENDING || this == SHUTTING_DOWN || this == STOPPING;
  }

  /** Whether the instance counts against the limit: all but those that are gone or going. */
  public boolean counted() {
    return this != TERMINATED && this != SHUTTING_DOWN;
  }
}
