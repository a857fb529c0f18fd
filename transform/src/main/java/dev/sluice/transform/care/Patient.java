package dev.sluice.transform.care;

import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;

/** A table to care for, how, and which part of it. */
record Patient(String name, Table table, Policy policy, ClosedDays days) {

  static double secondsSince(long start) {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) / 1e6;
  }
}
