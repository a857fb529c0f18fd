package dev.sluice.ingest.produce;

import java.time.Instant;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A shop's app: people install it, browse, search, fill a cart, buy, seldom send back, and leave.
 *
 * <p>The unit is the visit. How many visits it takes for the asked number of events is counted
 * first, for a visit's steps depend on the seed and its number, and on whether it is the first of
 * somebody new, which begins with an install; then the visits are laid out over the span along
 * {@link DayCurve}, and their events come out in order of time, but for the last visits, which are
 * moved to end inside the span.
 */
public final class Shop implements Simulation {
  @Override
  public Iterator<String> iterator(long seed, long count, Span span) {
    long own = Simulation.mixed(seed, span.start().toEpochMilli());
    Crowd crowd = Crowd.of(count, own);
    BitSet installed = new BitSet();
    int visits = 0;
    long steps = 0;
    while (steps < count) {
      steps += visit(own, visits, crowd, installed).size();
      visits++;
    }
    return new Visits(own, count, visits, crowd, span);
  }

  /** The next visit in their order, which is that of time: the first of somebody new installs. */
  private static Visit visit(long seed, int number, Crowd crowd, BitSet installed) {
    Visit visit = new Visit(seed, number, crowd);
    Crowd.Person person = visit.person();
    if (person.newcomer() && !installed.get(person.number())) {
      installed.set(person.number());
      visit.beginsWithInstall();
    }
    return visit;
  }

  private record Due(Instant time, long visit, int step, String event) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int order = time.compareTo(other.time);
      if (order == 0) {
        order = Long.compare(visit, other.visit);
      }
      return order == 0 ? Integer.compare(step, other.step) : order;
    }
  }

  /** The visits under way, merged by time. */
  private static final class Visits implements Iterator<String> {
    private final long seed;
    private final int visits;
    private final BitSet installed = new BitSet();
    private final Crowd crowd;
    private final Span span;
    private final DayCurve curve;
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long left;
    private int begun;
    private Instant nextStart;

    Visits(long seed, long count, int visits, Crowd crowd, Span span) {
      this.seed = seed;
      this.left = count;
      this.visits = visits;
      this.crowd = crowd;
      this.span = span;
      this.curve = new DayCurve(span);
      this.nextStart = start(0);
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public String next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      while (begun < visits && (due.isEmpty() || !due.element().time().isBefore(nextStart))) {
        begin();
      }
      left--;
      return due.remove().event();
    }

    private void begin() {
      Visit visit = visit(seed, begun, crowd, installed);
      // A visit that would outlast the span begins earlier; its events stay inside.
      Instant start = nextStart;
      if (start.plusMillis(visit.millis()).isAfter(span.end())) {
        start = span.inside(span.end().minusMillis(visit.millis() + 1));
      }
      for (int step = 0; step < visit.size(); step++) {
        Instant time = span.inside(start.plusMillis(visit.millisAt(step)));
        due.add(new Due(time, begun, step, visit.event(step, time)));
      }
      begun++;
      nextStart = begun < visits ? start(begun) : span.end();
    }

    private Instant start(int visit) {
      double within = new SplittableRandom(Simulation.mixed(seed ^ 0x5EED, visit)).nextDouble();
      return curve.at(((double) visit + within) / visits);
    }
  }
}
