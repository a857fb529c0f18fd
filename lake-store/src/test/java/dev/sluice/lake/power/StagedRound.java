package dev.sluice.lake.power;

/**
 * One of the customers keeps changes of its keys aside, puts of every size and a deletion, and
 * publishes them; now and then it drops them, or leaves them until another round adds to them.
 */
final class StagedRound {
  private static final int[] SIZES = {700, 900, 20_000, 800, 60_000, 300_000};
  private static final int KEYS = 6;
  private static final int DROPPED = 6;
  private static final int LEFT = 3;

  private StagedRound() {}

  static void run(Customer customer, String bucket, int number, int round) {
    String own = number + "/";
    String stage = "stage" + number + "-" + round % 4;
    customer.put(bucket, own + "gone", 600);
    customer.put(bucket, own + customer.choose(KEYS), 5_000);
    for (int at = 0; at < 4; at++) {
      int size = SIZES[customer.choose(round == 0 ? SIZES.length : SIZES.length - 1)];
      customer.stagePut(bucket, stage, own + customer.choose(KEYS), size);
    }
    customer.stageDelete(bucket, stage, own + "gone");
    customer.stageDelete(bucket, stage, own + customer.choose(KEYS));
    // What is staged stays as it is whatever becomes of the key before.
    customer.put(bucket, own + customer.choose(KEYS), 700);
    if (round == DROPPED) {
      customer.drop(bucket, stage);
    } else if (round % 4 != LEFT || round > LEFT) {
      customer.publish(bucket, stage);
    }
    if (round > LEFT + 3) {
      customer.stagePut(bucket, "left" + number, own + "left", 1_000 + customer.choose(30_000));
      customer.stageDelete(bucket, "left" + number, own + customer.choose(KEYS));
    }
  }
}
