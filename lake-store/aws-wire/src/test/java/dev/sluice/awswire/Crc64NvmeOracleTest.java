package dev.sluice.awswire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.checksums.CRC64NVME;

/**
 * Our CRC64NVME against that of the AWS runtime, whatever the length and the pieces it comes in.
 */
class Crc64NvmeOracleTest {
  private static final List<Integer> EDGES = List.of(0, 1, 7, 8, 9, 15, 16, 63, 64, 65, 4096);

  private static String ours(byte[] bytes, Random random) {
    Checksum.Running running = Checksum.CRC64NVME.start();
    int at = 0;
    while (at < bytes.length) {
      int piece = Math.min(bytes.length - at, 1 + random.nextInt(5_000));
      running.update(ByteBuffer.wrap(bytes, at, piece));
      at += piece;
    }
    return Digests.hex(running.value());
  }

  @Test
  void anotherProgramComputesTheSame() {
    boolean here =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    assumeTrue(here, "skipped: the other program is there for Linux on x86-64 only");
    assertThat(CRT.getOSIdentifier()).isEqualTo("linux");
    long seed = new Random().nextLong();
    System.out.println("Crc64NvmeOracleTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int length = round < EDGES.size() ? EDGES.get(round) : random.nextInt(50_000);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      CRC64NVME theirs = new CRC64NVME();
      theirs.update(bytes, 0, length);
      assertThat(ours(bytes, random))
          .as("seed %d, %d bytes", seed, length)
          .isEqualTo(String.format("%016x", theirs.getValue()));
    }
  }
}
