package dev.sluice.ingest.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that says what it likes, byte by byte. */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  static final int FIVE = 5;
  static final int THREE = 4;

  private final Socket socket;
  private final DataInputStream in;

  /** A packet: its first byte, and what follows its length. */
  record Packet(int head, String hex) {
    int type() {
      return head >> 4;
    }
  }

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Connects with the test's key and gives the answer to it. */
  static Wire connected(int port, int version, String clientId, int flags) throws IOException {
    Wire wire = new Wire(port);
    wire.send(connect(version, clientId, flags, OpenMqtt.KEY));
    Packet answer = wire.read();
    if (answer.type() != 2 || !answer.hex().startsWith("00", 2)) {
      throw new IOException("not let in: " + answer);
    }
    return wire;
  }

  static byte[] connect(int version, String clientId, int flags, String key) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, "MQTT");
    body.write(version);
    body.write(0xC0 | flags);
    body.write(0);
    body.write(60);
    if (version == FIVE) {
      // A session that outlives the connection for a minute, unless it is to begin clean.
      body.writeBytes((flags & 2) == 0 ? new byte[] {5, 0x11, 0, 0, 0, 60} : new byte[] {0});
    }
    text(body, clientId);
    text(body, "device");
    text(body, key);
    return packet(0x10, body.toByteArray());
  }

  static byte[] publish(int version, int flags, int id, String topic, byte[] payload)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    if ((flags & 6) != 0) {
      body.write(id >> 8);
      body.write(id);
    }
    if (version == FIVE) {
      body.write(0);
    }
    body.writeBytes(payload);
    return packet(0x30 | flags, body.toByteArray());
  }

  static byte[] packet(int head, byte... body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(head);
    int length = body.length;
    do {
      out.write(length % 128 | (length >= 128 ? 128 : 0));
      length /= 128;
    } while (length > 0);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes.length >> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  Packet read() throws IOException {
    int head = in.readUnsignedByte();
    int length = 0;
    int digit;
    int shift = 0;
    do {
      digit = in.readUnsignedByte();
      length |= (digit & 127) << shift;
      shift += 7;
    } while (digit >= 128);
    StringBuilder hex = new StringBuilder();
    for (byte b : in.readNBytes(length)) {
      hex.append("%02x".formatted(b));
    }
    return new Packet(head, hex.toString());
  }

  /** Whether the server closes the connection, whatever it says before. */
  boolean isClosed() throws IOException {
    try {
      int read = 0;
      while (read >= 0) {
        read = in.read();
      }
      return true;
    } catch (EOFException | SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
