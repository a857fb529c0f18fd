package dev.sluice.ingest.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.protocol.LogShard;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;

class DeadLetterTableTest {

  private static final Schema SCHEMA = DeadLetterTable.layout().schema();
  private static final Instant NOW = Instant.parse("2026-01-31T08:15:00.250Z");

  @Test
  void whatIsStoredIsReadBack() {
    DeadLetter letter = letter();
    KeptLetter kept = DeadLetterTable.read(DeadLetterTable.row(SCHEMA, letter));
    assertThat(kept.letter()).isEqualTo(letter);
    assertThat(kept.attempt()).isEqualTo(1);
    assertThat(kept.size()).isEqualTo(2);
    assertThat(kept.attempts())
        .containsExactly(new KeptLetter.Attempt(Optional.empty(), "wrong-type", "no number"));
  }

  @Test
  void aRowOfBeforeReplaysWasTriedOnce() {
    Record row = DeadLetterTable.row(SCHEMA, letter());
    row.setField("attempt", null);
    assertThat(DeadLetterTable.read(row).attempt()).isEqualTo(1);
  }

  @Test
  void ofManyAttemptsTheFirstAndTheLatestAreKept() {
    Record row = DeadLetterTable.row(SCHEMA, letter());
    long checksum = DeadLetterTable.checksum(row);
    for (int attempt = 2; attempt <= 50; attempt++) {
      row =
          DeadLetterTable.refusedAgain(
              SCHEMA, row, new KeptLetter.Attempt(Optional.of(NOW), "too-deep", "try " + attempt));
    }
    KeptLetter kept = DeadLetterTable.read(row);
    assertThat(kept.attempt()).isEqualTo(50);
    assertThat(kept.letter().reason()).isEqualTo("too-deep");
    assertThat(kept.attempts()).hasSize(20);
    assertThat(kept.attempts().get(0).reason()).isEqualTo("wrong-type");
    assertThat(kept.attempts().get(1).detail()).isEqualTo("try 32");
    assertThat(kept.attempts().get(19).detail()).isEqualTo("try 50");
    assertThat(DeadLetterTable.checksum(row)).as("its bytes are the same").isEqualTo(checksum);
  }

  private static DeadLetter letter() {
    return new DeadLetter(
        "app-events",
        new LogShard("topic", 3),
        17,
        NOW,
        Optional.empty(),
        Optional.of(ByteBuffer.wrap(new byte[] {'{', (byte) 0xff})),
        List.of(new DeadLetter.Header("trace", Optional.of(ByteBuffer.wrap(new byte[] {7})))),
        "wrong-type",
        "no number");
  }
}
