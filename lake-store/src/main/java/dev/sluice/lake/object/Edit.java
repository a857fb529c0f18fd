package dev.sluice.lake.object;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
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

  /** Answers with the number the change came to have. */
  static <T> Edit<T> numbered(Commits.Change change, LongFunction<T> answer) {
    AtomicLong number = new AtomicLong();
    return of(
        (sequence, batch) -> {
          number.set(sequence);
          change.write(sequence, batch);
        },
        () -> answer.apply(number.get()));
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

  /** Hears what came of an edit. */
  interface Asker<T> {
    void made(T answer);

    void failed(RuntimeException why);
  }

  /** As {@link #commit}, for one who does not wait. */
  void begin(Commits commits, Durability level, Asker<T> asker) {
    if (change.isEmpty()) {
      asker.made(answer());
      return;
    }
    commits.submit(
        level,
        List.of(change.get()),
        new Commits.Asker() {
          @Override
          public void committed(long number) {
            asker.made(answer());
          }

          @Override
          public void failed(RuntimeException why) {
            asker.failed(why);
          }
        });
  }
}
