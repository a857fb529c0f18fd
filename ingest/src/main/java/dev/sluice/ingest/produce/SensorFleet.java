package dev.sluice.ingest.produce;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Sensors that measure in turns. Each drifts slowly and follows the day; now and then one falls
 * silent for some turns, sends a reading late, or sends one twice. A late reading keeps its own
 * time, a doubled one its bytes.
 */
public final class SensorFleet implements Simulation {
  private record Kind(String metric, String unit, double level, double swing) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("temperature", "C", 18, 7),
          new Kind("humidity", "%", 55, -12),
          new Kind("pressure", "hPa", 1013, 3),
          new Kind("power", "W", 400, 250));
  private static final int MOST_SENSORS = 500;
  private static final int READINGS_PER_SENSOR = 100;
  // Turns beyond those the count needs make up for silent sensors, so that time does not run out.
  private static final double SPARE_TURNS = 1.05;
  private static final int SILENCE_ONE_IN = 800;
  private static final int LATE_ONE_IN = 200;
  private static final int TWICE_ONE_IN = 500;

  @Override
  public Iterator<String> iterator(long seed, long count, Span span) {
    return new Readings(Simulation.mixed(seed, span.start().toEpochMilli()), count, span);
  }

  private static final class Sensor {
    final String device;
    final Kind kind;
    final SplittableRandom random;
    double drift;
    double battery;
    long sequence;
    int silentTurns;

    Sensor(long seed, int number) {
      device = String.format(Locale.ROOT, "sensor-%04d", number);
      kind = KINDS.get(number % KINDS.size());
      random = new SplittableRandom(Simulation.mixed(seed, number));
      battery = 60 + random.nextDouble() * 40;
    }
  }

  private record Late(long turn, long order, String event) implements Comparable<Late> {
    @Override
    public int compareTo(Late other) {
      int byTurn = Long.compare(turn, other.turn);
      return byTurn == 0 ? Long.compare(order, other.order) : byTurn;
    }
  }

  private static final class Readings implements Iterator<String> {
    private final long seed;
    private final Span span;
    private final Sensor[] sensors;
    private final long turns;
    private final Deque<String> ready = new ArrayDeque<>();
    private final PriorityQueue<Late> late = new PriorityQueue<>();
    private long left;
    private long turn;
    private long lateOrder;

    Readings(long seed, long count, Span span) {
      this.seed = seed;
      this.left = count;
      this.span = span;
      int size = (int) Math.max(4, Math.min(MOST_SENSORS, count / READINGS_PER_SENSOR));
      sensors = new Sensor[size];
      for (int number = 0; number < size; number++) {
        sensors[number] = new Sensor(seed, number);
      }
      turns = (long) StrictMath.ceil((double) count / size * SPARE_TURNS) + 1;
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
      while (ready.isEmpty()) {
        takeTurn();
      }
      left--;
      return ready.remove();
    }

    private void takeTurn() {
      double turnMillis = (double) span.length().toMillis() / turns;
      for (int number = 0; number < sensors.length; number++) {
        double millis = (turn + (double) number / sensors.length) * turnMillis;
        measure(sensors[number], span.inside(span.start().plusMillis((long) millis)));
      }
      while (!late.isEmpty() && late.element().turn() <= turn) {
        ready.add(late.remove().event());
      }
      turn++;
    }

    private void measure(Sensor sensor, Instant time) {
      SplittableRandom random = sensor.random;
      // A silent sensor goes on measuring: what it would have sent is missing from its sequence.
      sensor.sequence++;
      sensor.drift += (random.nextDouble() - 0.5) * 0.02;
      sensor.battery = Math.max(3, sensor.battery - 0.001);
      if (sensor.silentTurns > 0) {
        sensor.silentTurns--;
        return;
      }
      if (random.nextInt(SILENCE_ONE_IN) == 0) {
        sensor.silentTurns = 1 + random.nextInt(20);
      }
      String event = event(sensor, time, random.nextDouble() - 0.5);
      if (random.nextInt(LATE_ONE_IN) == 0) {
        late.add(new Late(turn + 1 + random.nextInt(30), lateOrder++, event));
        return;
      }
      ready.add(event);
      if (random.nextInt(TWICE_ONE_IN) == 0) {
        late.add(new Late(turn + random.nextInt(3), lateOrder++, event));
      }
    }

    private String event(Sensor sensor, Instant time, double noise) {
      Kind kind = sensor.kind;
      double hour = time.getEpochSecond() % 86_400 / 3600.0;
      double day = StrictMath.sin((hour - 9) / 24 * 2 * StrictMath.PI);
      double value = kind.level() + kind.swing() * (day + sensor.drift + 0.1 * noise);
      return new Line()
          .with("event_id", Long.toHexString(seed) + "-" + sensor.device + "-" + sensor.sequence)
          .with("event_time", time.toString())
          .with("device_id", sensor.device)
          .with("metric", kind.metric())
          .withHundredths("value", StrictMath.round(value * 100))
          .with("unit", kind.unit())
          .withHundredths("battery", StrictMath.round(sensor.battery * 100))
          .with("sequence", sensor.sequence)
          .done();
    }
  }
}
