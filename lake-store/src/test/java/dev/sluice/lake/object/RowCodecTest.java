package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.awswire.Checksum;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RowCodecTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_123L);
  private static final String NAME = "0123456789abcdef".repeat(2);

  private static ObjectVersion version(Content content) {
    return new ObjectVersion(
        "käse/\uD83D\uDE00",
        1L << 40,
        "null",
        77,
        "etag-3",
        NOW,
        new Attributes(Map.of("content-type", "a"), Map.of("m", "ü"), Map.of("tag", "value")),
        Optional.of(new StoredChecksum(Checksum.SHA256, "x", StoredChecksum.Kind.COMPOSITE)),
        content);
  }

  @Test
  void whatIsWrittenIsRead() {
    Bucket bucket =
        new Bucket(
            "some-bucket",
            NOW,
            "eu",
            Bucket.Versioning.SUSPENDED,
            "someone",
            Durability.BATCH,
            Map.of("cors", "<x/>"));
    assertThat(RowCodec.bucket(RowCodec.write(bucket))).isEqualTo(bucket);
    Extent file = Extent.file(NAME, (9 << 20) + 1, new BlockSums(4 << 20, new int[] {1, -2, 3}));
    Extent piece = Extent.segment(NAME, 1L << 33, 5, BlockSums.single(5, -9));
    Part part = new Part(10_000, "e", NOW, Optional.empty(), file);
    assertThat(RowCodec.part(RowCodec.write(part)).extent()).isEqualTo(file);
    ObjectVersion read =
        RowCodec.version(RowCodec.write(version(new Content.Parts(List.of(file, piece)))));
    assertThat(read.content().extents()).containsExactly(file, piece);
    assertThat(read.attributes()).isEqualTo(version(new Content.Nothing()).attributes());
    assertThat(read.key()).isEqualTo("käse/\uD83D\uDE00");
    assertThat(read.checksum()).isEqualTo(version(new Content.Nothing()).checksum());
    Head head = Head.of(read, 9);
    assertThat(RowCodec.head(RowCodec.write(head))).isEqualTo(head);
  }

  @Test
  void aRowCutShortOrOfAnUnknownFormIsDamagedAndNothingElse() {
    byte[] row =
        RowCodec.write(version(new Content.Whole(Extent.file(NAME, 0, BlockSums.single(0, 0)))));
    for (int length = 0; length < row.length; length++) {
      byte[] cut = Arrays.copyOf(row, length);
      assertThatThrownBy(() -> RowCodec.version(cut))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.DAMAGED));
    }
    row[0] = 3;
    assertThatThrownBy(() -> RowCodec.version(row)).hasMessageContaining("unknown form 3");
  }

  @Test
  void everyBlockHasItsOwnSumHoweverTheBytesCome() {
    byte[] bytes = new byte[(9 << 20) + 17];
    new Random(1).nextBytes(bytes);
    BlockSums.Running running = new BlockSums.Running();
    for (int at = 0; at < bytes.length; at += 700_001) {
      running.update(ByteBuffer.wrap(bytes, at, Math.min(700_001, bytes.length - at)));
    }
    BlockSums sums = running.finish();
    assertThat(sums.count()).isEqualTo(3);
    for (int block = 0; block < 3; block++) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, block * (4 << 20), Math.min(4 << 20, bytes.length - block * (4 << 20)));
      assertThat(sums.sum(block)).isEqualTo((int) crc.getValue());
    }
    assertThat(sums).isEqualTo(BlockSums.of(ByteBuffer.wrap(bytes)));
  }
}
