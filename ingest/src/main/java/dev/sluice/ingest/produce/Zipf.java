package dev.sluice.ingest.produce;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Numbers from 0, each as much rarer than the one before as ranks in a crowd are. */
final class Zipf {
  private final double[] cumulated;

  Zipf(int size, double exponent) {
    cumulated = new double[size];
    double sum = 0;
    for (int rank = 0; rank < size; rank++) {
      sum += 1 / StrictMath.pow(rank + 1.0, exponent);
      cumulated[rank] = sum;
    }
  }

  int draw(RandomGenerator random) {
    double point = random.nextDouble() * cumulated[cumulated.length - 1];
    int found = Arrays.binarySearch(cumulated, point);
    return Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
  }
}
