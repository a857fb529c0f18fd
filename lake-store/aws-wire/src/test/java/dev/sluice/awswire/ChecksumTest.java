package dev.sluice.awswire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static String of(Checksum checksum, String text) {
    Checksum.Running running = checksum.start();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int half = bytes.length / 2;
    running.update(ByteBuffer.wrap(bytes, 0, half));
    running.update(ByteBuffer.wrap(bytes, half, bytes.length - half));
    return Digests.hex(running.value());
  }

  /** The check values of the CRC catalogue. */
  @Test
  void everyChecksumGivesItsCheckValue() {
    assertThat(of(Checksum.CRC32, "123456789")).isEqualTo("cbf43926");
    assertThat(of(Checksum.CRC32C, "123456789")).isEqualTo("e3069283");
    assertThat(of(Checksum.CRC64NVME, "123456789")).isEqualTo("ae8b14860a799888");
    assertThat(of(Checksum.SHA1, "abc")).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    assertThat(of(Checksum.SHA256, "abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void xmlIsEscapedAndReadBackAndEntitiesAreRefused() {
    String document =
        new XmlWriter().open("A", "urn:x").text("B", "<&>\"'").text("C", "").close().document();
    XmlNode node = XmlNode.parse(document);
    assertThat(node.name()).isEqualTo("A");
    assertThat(node.text("B")).contains("<&>\"'");
    assertThatThrownBy(
            () ->
                XmlNode.parse("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"))
        .isInstanceOf(AwsFault.class);
    assertThatThrownBy(() -> XmlNode.parse("<a>")).isInstanceOf(AwsFault.class);
    assertThatThrownBy(() -> XmlNode.parse("<a/><b/>")).isInstanceOf(AwsFault.class);
  }
}
