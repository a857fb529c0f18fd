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
  private long taskNanos;
  private long shuffledBytes;
  private long spilledBytes;
  private long start = System.nanoTime();
  private double cpuBefore = cpuSeconds();

  /**
   * What was used.
   *
   * @param cpuSeconds of the whole process: planning, compiling and garbage collection too
   * @param taskSeconds of cores, by tasks alone
   */
  public record Use(
      double seconds,
      double cpuSeconds,
      double taskSeconds,
      long shuffledBytes,
      long spilledBytes) {
    public Use plus(Use other) {
      return new Use(
          seconds + other.seconds,
          cpuSeconds + other.cpuSeconds,
          taskSeconds + other.taskSeconds,
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

  /** What this process has used of the cores so far. */
  public static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(used -> used.toMillis() / 1e3)
        .orElseThrow();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    TaskMetrics metrics = end.taskMetrics();
    taskNanos += metrics.executorCpuTime() + metrics.executorDeserializeCpuTime();
    shuffledBytes += metrics.shuffleWriteMetrics().bytesWritten();
    spilledBytes += metrics.diskBytesSpilled();
  }

  /** What was used since the last time this was asked; the next begins now. */
  public Use lap() {
    long end = System.nanoTime();
    double cpu = cpuSeconds();
    try {
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException slow) {
      throw new IllegalStateException("Spark does not tell what its tasks used", slow);
    }
    synchronized (this) {
      Use use =
          new Use(
              TimeUnit.NANOSECONDS.toMillis(end - start) / 1e3,
              cpu - cpuBefore,
              TimeUnit.NANOSECONDS.toMillis(taskNanos) / 1e3,
              shuffledBytes,
              spilledBytes);
      taskNanos = 0;
      shuffledBytes = 0;
      spilledBytes = 0;
      cpuBefore = cpuSeconds();
      start = System.nanoTime();
      return use;
    }
  }
}
