package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A dead letter as people read it: text where its bytes are text, else a dump of them. */
final class LetterText {

  private static final int DUMP_WIDTH = 16;

  private LetterText() {}

  static void print(JsonNode letter, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s, shard %s, offset %s of topic %s%n",
        letter.path("stream").asText(),
        letter.path("shard").asText(),
        letter.path("offset").asText(),
        letter.path("topicId").asText());
    out.println("received " + letter.path("received").asText());
    // Of very many attempts the first and the latest are there.
    int left = letter.path("attempts").size();
    int number = 1;
    for (JsonNode attempt : letter.path("attempts")) {
      out.printf(
          Locale.ROOT,
          "attempt %d, %s: %s: %s%n",
          number,
          attempt.path("at").asText("at the first reading"),
          attempt.path("reason").asText(),
          line(attempt.path("detail").asText()));
      left--;
      number = letter.path("attempt").asInt() - left + 1;
    }
    bytes("key", letter.path("key"), out);
    for (JsonNode header : letter.path("headers")) {
      bytes("header " + line(header.path("name").asText()), header.path("value"), out);
    }
    bytes("value", letter.path("value"), out);
  }

  private static void bytes(String name, JsonNode node, PrintWriter out) {
    if (node.isMissingNode()) {
      out.println(name + ": none");
      return;
    }
    byte[] bytes;
    try {
      bytes = node.binaryValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(name + ", " + bytes.length + " bytes:");
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePoints().allMatch(LetterText::printable)) {
        out.println(text);
        return;
      }
    } catch (CharacterCodingException e) {
      // Not text: dumped as any bytes.
    }
    dump(bytes, out);
  }

  /** A stranger's bytes must not steer the terminal they are shown on. */
  private static boolean printable(int character) {
    return character == '\n' || character == '\t' || !Character.isISOControl(character);
  }

  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .map(character -> Character.isISOControl(character) ? ' ' : character)
        .forEach(line::appendCodePoint);
    return line.toString();
  }

  private static void dump(byte[] bytes, PrintWriter out) {
    for (int from = 0; from < bytes.length; from += DUMP_WIDTH) {
      StringBuilder hex = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int i = from; i < Math.min(bytes.length, from + DUMP_WIDTH); i++) {
        hex.append(String.format(Locale.ROOT, "%02x ", bytes[i]));
        text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
      }
      out.printf(Locale.ROOT, "%08x  %-48s |%s|%n", from, hex, text);
    }
  }
}
