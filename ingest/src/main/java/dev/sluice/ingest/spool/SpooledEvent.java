package dev.sluice.ingest.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An event as the log shall hold it.
 *
 * @param topic its stream
 * @param receivedMillis when it came in
 * @param key what decides its shard
 */
public record SpooledEvent(
    String topic,
    long receivedMillis,
    Optional<String> key,
    Map<String, String> headers,
    ByteBuffer value) {
  public SpooledEvent {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(key, "key");
    headers = Map.copyOf(headers);
    value = value.asReadOnlyBuffer();
  }

  public ProducerRecord<byte[], byte[]> record() {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, null, receivedMillis, key.map(SpooledEvent::utf8).orElse(null), bytes);
    headers.forEach((name, text) -> record.headers().add(name, utf8(text)));
    return record;
  }

  int encodedBytes() {
    int bytes = 2 + utf8(topic).length + Long.BYTES + Integer.BYTES + 2 + Integer.BYTES;
    bytes += key.map(text -> utf8(text).length).orElse(0) + value.remaining();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      bytes += 2 + utf8(header.getKey()).length + Integer.BYTES + utf8(header.getValue()).length;
    }
    return bytes;
  }

  void encode(ByteBuffer into) {
    putShort(into, utf8(topic));
    into.putLong(receivedMillis);
    into.putInt(key.isPresent() ? utf8(key.get()).length : -1);
    key.ifPresent(text -> into.put(utf8(text)));
    into.putShort((short) headers.size());
    headers.forEach(
        (name, text) -> {
          putShort(into, utf8(name));
          into.putInt(utf8(text).length).put(utf8(text));
        });
    into.putInt(value.remaining()).put(value.duplicate());
  }

  static SpooledEvent decode(ByteBuffer from) {
    String topic = text(from, from.getShort());
    long received = from.getLong();
    int keyLength = from.getInt();
    Optional<String> key = keyLength < 0 ? Optional.empty() : Optional.of(text(from, keyLength));
    Map<String, String> headers = new LinkedHashMap<>();
    for (int left = from.getShort(); left > 0; left--) {
      String name = text(from, from.getShort());
      headers.put(name, text(from, from.getInt()));
    }
    int length = from.getInt();
    ByteBuffer value = from.slice(from.position(), length);
    from.position(from.position() + length);
    return new SpooledEvent(topic, received, key, headers, value);
  }

  private static void putShort(ByteBuffer into, byte[] bytes) {
    into.putShort((short) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
