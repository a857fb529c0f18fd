package dev.sluice.transform.schedule;

import dev.sluice.daemon.Nearest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What people ask of the schedules, and change about them, whoever runs them. */
public final class Desk {
  private final Bulletin bulletin;

  /**
   * @param patience how long a call to the catalog may take
   * @param nonces never the same text twice, here or in another process
   */
  public Desk(Surroundings.Lake lake, Duration patience, Supplier<String> nonces) {
    this(
        new Bulletin(
            new TableProperties(
                TableProperties.runs(lake.catalog()),
                new CatalogWire(lake.token(), patience),
                nonces)));
  }

  Desk(Bulletin bulletin) {
    this.bulletin = bulletin;
  }

  /**
   * A schedule, in words.
   *
   * @param next when it is due next
   * @param success when it last succeeded
   */
  public record Line(
      String name,
      String cron,
      String state,
      Optional<Instant> next,
      Optional<Instant> success,
      String why) {}

  /** All schedules that a runner ever had. */
  public List<Line> lines(Instant now) throws IOException {
    Board board;
    try {
      board = bulletin.read().board();
    } catch (SharedProperties.Missing nobodyRanYet) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    for (Map.Entry<String, Standing> entry : new TreeMap<>(board.standings()).entrySet()) {
      Standing standing = entry.getValue();
      lines.add(
          new Line(
              entry.getKey(),
              standing.line(),
              state(standing, board.lease()),
              standing.paused() ? Optional.empty() : next(standing, now),
              standing.past().success(),
              standing.past().failures() == 0 ? "" : standing.past().why()));
    }
    return lines;
  }

  private static Optional<Instant> next(Standing standing, Instant now) {
    int zone = standing.line().lastIndexOf(' ');
    Cron cron =
        Cron.parse(
            standing.line().substring(0, zone), ZoneId.of(standing.line().substring(zone + 1)));
    return cron.next(standing.done().isAfter(now) ? standing.done() : now);
  }

  private static String state(Standing standing, Lease lease) {
    String paused = standing.paused() ? "paused" : "waits";
    if (standing.turn().isEmpty()) {
      return standing.asked().map(day -> "asked for " + day).orElse(paused);
    }
    Turn turn = standing.turn().get();
    return turn.state() instanceof Turn.Waiting waiting
        ? paused + " after attempt " + turn.attempts() + " until " + waiting.until()
        : "runs " + turn.day() + ", attempt " + turn.attempts() + ", by " + lease.owner();
  }

  public void pause(String name) throws IOException {
    change(name, Standing::pausedUntilResumed);
  }

  /** Times that passed meanwhile are caught up with, as after downtime. */
  public void resume(String name) throws IOException {
    change(name, Standing::resumed);
  }

  /**
   * Has a day run by whoever runs, paused or not; of two days asked for at once the later counts.
   */
  public void ask(String name, LocalDate day) throws IOException {
    change(name, standing -> standing.asking(day));
  }

  private void change(String name, UnaryOperator<Standing> change) throws IOException {
    try {
      changeKnown(name, change);
    } catch (SharedProperties.Missing nobodyRanYet) {
      throw new UnknownSchedule(name, new Board(Lease.NONE, Map.of()));
    }
  }

  private void changeKnown(String name, UnaryOperator<Standing> change) throws IOException {
    bulletin.change(
        board -> {
          Optional<Standing> standing = board.standing(name);
          if (standing.isEmpty()) {
            throw new UnknownSchedule(name, board);
          }
          return Optional.of(board.with(name, change.apply(standing.get())));
        });
  }

  /** Nobody ever ran a schedule of that name. */
  public static final class UnknownSchedule extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownSchedule(String name, Board board) {
      super(
          board.standings().isEmpty()
              ? "no schedule was ever due here; once: ./sluice etl nightly"
              : "there is no schedule '"
                  + name
                  + "'"
                  + Nearest.hint(name, board.standings().keySet()));
    }
  }
}
