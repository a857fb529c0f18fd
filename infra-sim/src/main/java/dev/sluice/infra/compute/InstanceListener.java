package dev.sluice.infra.compute;

import java.util.Optional;

/**
 * Told of every instance that is new and every state it moves to, in order, one at a time, on the
 * scheduler's thread: it must hand work off, not do it. After a start it is told of every instance
 * that is not terminated.
 */
public interface InstanceListener {
  /**
   * Hears of one instance.
   *
   * @param from the state before, none for an instance not told of since the start
   */
  void moved(Instance instance, Optional<InstanceState> from);
}
