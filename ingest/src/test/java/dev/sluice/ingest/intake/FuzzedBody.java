package dev.sluice.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Whatever a body is: it is unpacked within its bound and cut into pieces that lie in it. */
public final class FuzzedBody {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_EVENTS = 100;

  private FuzzedBody() {}

  /** The first byte says how the others are to be taken. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Submission.Packing[] packings = Submission.Packing.values();
    Notation[] notations = Notation.values();
    int way = input[0] & 0xff;
    byte[] packed = Arrays.copyOfRange(input, 1, input.length);
    Unpacking unpacking = Unpacking.of(packings[way % packings.length], packed, MOST_BYTES);
    if (!(unpacking instanceof Unpacking.Unpacked unpacked)) {
      return;
    }
    byte[] body = unpacked.bytes();
    assertThat(body.length).isLessThanOrEqualTo(MOST_BYTES);
    Notation notation = notations[way / packings.length % notations.length];
    if (Split.of(body, notation, MOST_EVENTS) instanceof Split.Slices cut) {
      assertThat(cut.slices().size()).isLessThanOrEqualTo(MOST_EVENTS);
      int end = 0;
      for (Split.Slice slice : cut.slices()) {
        assertThat(slice.start()).isGreaterThanOrEqualTo(end);
        assertThat(slice.length()).isGreaterThanOrEqualTo(0);
        end = slice.start() + slice.length();
      }
      assertThat(end).isLessThanOrEqualTo(body.length);
    }
  }
}
