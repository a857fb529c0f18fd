package dev.sluice.ingest.bench;

/** The finisher of SplitMix64: a number's bits well stirred, the same in every run. */
final class Mixing {
  private Mixing() {}

  static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
