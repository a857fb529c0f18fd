package dev.sluice.transform.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** What Spark's tasks used since they were last asked for. */
public final class Meter extends SparkListener {
  private final SparkContext context;
  private long cpuNanos;
  private long shuffledBytes;
  private long spilledBytes;
  private long start = System.nanoTime();

  /**
   * What was used.
   *
   * @param cpuSeconds of tasks alone: planning and garbage collection are not in it
   */
  public record Use(double seconds, double cpuSeconds, long shuffledBytes, long spilledBytes) {
    public Use plus(Use other) {
      return new Use(
          seconds + other.seconds,
          cpuSeconds + other.cpuSeconds,
          shuffledBytes + other.shuffledBytes,
          spilledBytes + other.spilledBytes);
    }
  }

  private Meter(SparkContext context) {
    this.context = context;
  }

  public static Meter of(SparkContext context) {
    Meter meter = new Meter(context);
    context.addSparkListener(meter);
    return meter;
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    TaskMetrics metrics = end.taskMetrics();
    cpuNanos += metrics.executorCpuTime() + metrics.executorDeserializeCpuTime();
    shuffledBytes += metrics.shuffleWriteMetrics().bytesWritten();
    spilledBytes += metrics.diskBytesSpilled();
  }

  /** What was used since the last time this was asked; the next begins now. */
  public Use lap() {
    long end = System.nanoTime();
    try {
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException slow) {
      throw new IllegalStateException("Spark does not tell what its tasks used", slow);
    }
    synchronized (this) {
      Use use =
          new Use(
              TimeUnit.NANOSECONDS.toMillis(end - start) / 1e3,
              TimeUnit.NANOSECONDS.toMillis(cpuNanos) / 1e3,
              shuffledBytes,
              spilledBytes);
      cpuNanos = 0;
      shuffledBytes = 0;
      spilledBytes = 0;
      start = System.nanoTime();
      return use;
    }
  }
}
