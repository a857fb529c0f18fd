package dev.sluice.infra.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** One event as one line: eight hexadecimal digits of CRC-32C, a space, JSON, a newline. */
final class EventLine {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final int CHECKSUM_DIGITS = 8;

  private EventLine() {}

  static byte[] write(Event event) {
    try {
      byte[] json = JSON.writerFor(Event.class).writeValueAsBytes(event);
      byte[] line = new byte[CHECKSUM_DIGITS + 1 + json.length + 1];
      byte[] checksum = checksum(json).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(checksum, 0, line, 0, CHECKSUM_DIGITS);
      line[CHECKSUM_DIGITS] = ' ';
      System.arraycopy(json, 0, line, CHECKSUM_DIGITS + 1, json.length);
      line[line.length - 1] = '\n';
      return line;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The JSON of a whole line (its newline left out), if its checksum is right. */
  static Optional<byte[]> intact(byte[] line) {
    if (line.length <= CHECKSUM_DIGITS + 1 || line[CHECKSUM_DIGITS] != ' ') {
      return Optional.empty();
    }
    byte[] json = Arrays.copyOfRange(line, CHECKSUM_DIGITS + 1, line.length);
    String claimed = new String(line, 0, CHECKSUM_DIGITS, StandardCharsets.US_ASCII);
    return checksum(json).equals(claimed) ? Optional.of(json) : Optional.empty();
  }

  static Event read(byte[] json) throws JsonProcessingException {
    return JSON.readerFor(Event.class).readValue(new String(json, StandardCharsets.UTF_8));
  }

  private static String checksum(byte[] json) {
    CRC32C crc = new CRC32C();
    crc.update(json);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
