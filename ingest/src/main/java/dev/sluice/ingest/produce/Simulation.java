package dev.sluice.ingest.produce;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Something that makes events. Pure: the same arguments give the same events, byte for byte. */
public sealed interface Simulation permits Shop, SensorFleet {

  /** So many events of the span, each as the text of one JSON object on one line. */
  Iterator<String> iterator(long seed, long count, Span span);

  default Stream<String> events(long seed, long count, Span span) {
    return StreamSupport.stream(
        Spliterators.spliterator(
            iterator(seed, count, span), count, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** A number as if drawn at random, for the parts of a simulation that have one of their own. */
  static long mixed(long seed, long part) {
    // The finalizer of SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
    // generators", OOPSLA 2014.
    long z = seed + (part + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
