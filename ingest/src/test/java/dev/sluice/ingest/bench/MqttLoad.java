package dev.sluice.ingest.bench;

import dev.sluice.ingest.IngestProcess;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * A device that publishes with QoS 1 and costs little: it makes packets by hand and looks only at
 * the head of their answers.
 */
final class MqttLoad implements AutoCloseable {
  private static final int BUFFER = 32 << 10;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final String id;

  private MqttLoad(Socket socket, String id) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
    this.id = id;
  }

  static MqttLoad connect(int port, String id) throws IOException {
    MqttLoad device = new MqttLoad(new Socket(InetAddress.getLoopbackAddress(), port), id);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, "MQTT");
    // Version 3.1.1, user name and password, a clean session, ten minutes of keep alive.
    body.writeBytes(new byte[] {4, (byte) 0xC2, 2, 0x58});
    text(body, id);
    text(body, "load");
    text(body, IngestProcess.KEY);
    device.out.write(packet(0x10, body.toByteArray()));
    if (device.in.readInt() != 0x20020000) {
      throw new IOException(id + " is not let in");
    }
    return device;
  }

  /** Sends so many, at most so many of them unanswered; returns when all are answered. */
  void send(int messages, int window) {
    Semaphore room = new Semaphore(window);
    Thread reading = new Thread(() -> read(messages, room), "load-" + id);
    reading.start();
    try {
      OutputStream buffered = new BufferedOutputStream(out, BUFFER);
      for (int i = 0; i < messages; i++) {
        byte[] event = event(i);
        if (!room.tryAcquire()) {
          buffered.flush();
          room.acquire();
        }
        buffered.write(event);
      }
      buffered.flush();
      reading.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read(int messages, Semaphore room) {
    try {
      DataInputStream buffered = new DataInputStream(new BufferedInputStream(in, BUFFER));
      for (int i = 0; i < messages; i++) {
        int packet = buffered.readInt();
        if (packet >>> 16 != 0x4002 || (packet & 0xFFFF) != number(i)) {
          throw new IOException("no acknowledgement: " + Integer.toHexString(packet));
        }
        room.release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] event(int i) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    text(body, "events/sensor-readings/" + id);
    body.write(number(i) >> 8);
    body.write(number(i));
    body.writeBytes(
        ("{\"event_id\":\""
                + id
                + "-"
                + i
                + "\",\"event_time\":\"2026-01-31T08:15:00Z\",\"device_id\":\""
                + id
                + "\",\"metric\":\"temperature\",\"value\":20.5,\"unit\":\"C\",\"sequence\":"
                + i
                + "}")
            .getBytes(StandardCharsets.UTF_8));
    return packet(0x32, body.toByteArray());
  }

  private static int number(int i) {
    return 1 + i % 60_000;
  }

  private static byte[] packet(int head, byte[] body) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream(body.length + 3);
    packet.write(head);
    int length = body.length;
    do {
      packet.write(length % 128 | (length >= 128 ? 128 : 0));
      length /= 128;
    } while (length > 0);
    packet.writeBytes(body);
    return packet.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes.length >> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
