package dev.sluice.ingest.recent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hashes are those of the books, wherever a text lies. */
class IdHashTest {

  @Test
  void aTextsHashIsMurmurs() {
    assertThat(hex("hello")).isEqualTo("cbd8a7b341bd9b025b1e906a48ae1d19");
    assertThat(hex("The quick brown fox jumps over the lazy dog"))
        .isEqualTo("e34bbc7bbc071b6c7a433ca9c49a9347");
    assertThat(hex("")).isEqualTo("00000000000000000000000000000000");
  }

  @Test
  void whereATextLiesDoesNotMatter() {
    byte[] bytes = "xxan-id-of-twenty-bytesyy".getBytes(StandardCharsets.UTF_8);
    IdHash inside = new IdHash().text(bytes, 2, bytes.length - 4);
    assertThat(hex(inside)).isEqualTo(hex("an-id-of-twenty-bytes"));
  }

  @Test
  void textsThatDifferInOneByteAndNumbersThatDifferByOneDiffer() {
    Set<String> seen = new HashSet<>();
    for (int length = 1; length < 70; length++) {
      for (int at = 0; at < length; at++) {
        byte[] text = new byte[length];
        text[at] = 1;
        assertThat(seen.add(hex(new IdHash().text(text, 0, length)))).isTrue();
      }
    }
    for (long number = -1_000; number < 1_000; number++) {
      assertThat(seen.add(hex(new IdHash().whole(number)))).isTrue();
      assertThat(seen.add(hex(new IdHash().uuid(7, number + 1_001)))).isTrue();
    }
  }

  private static String hex(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return hex(new IdHash().text(bytes, 0, bytes.length));
  }

  private static String hex(IdHash hash) {
    return String.format("%016x%016x", hash.high(), hash.low());
  }
}
