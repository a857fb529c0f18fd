package dev.sluice.lake.object;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A change that is decided but not made: the rows it will write, and what to answer when they are
 * written.
 */
final class Edit<T> {
  private final Optional<Commits.Change> change;
  private final Supplier<T> answer;

  private Edit(Optional<Commits.Change> change, Supplier<T> answer) {
    this.change = change;
    this.answer = answer;
  }

  static <T> Edit<T> of(Commits.Change change, Supplier<T> answer) {
    return new Edit<>(Optional.of(change), answer);
  }

  /** There is nothing to change. */
  static <T> Edit<T> none(T answer) {
    return new Edit<>(Optional.empty(), () -> answer);
  }

  Optional<Commits.Change> change() {
    return change;
  }

  /** Known once the change was committed. */
  T answer() {
    return answer.get();
  }

  T commit(Commits commits, Durability level) {
    change.ifPresent(each -> commits.commit(level, each));
    return answer();
  }
}
