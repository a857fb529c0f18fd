package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.ByteSink;
import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.XmlNode;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Where the decoded body of a request goes. */
sealed interface Intake extends ByteSink, AutoCloseable
    permits Intake.None, Intake.Stored, Intake.Document, FormIntake {
  /** After the last byte: checks what came against what was announced. */
  void finish(Map<String, String> trailers) throws IOException;

  @Override
  void close() throws IOException;

  /** Nowhere: there should be none. */
  final class None implements Intake {
    @Override
    public void accept(ByteBuffer bytes) {
      bytes.position(bytes.limit());
    }

    @Override
    public void finish(Map<String, String> trailers) {}

    @Override
    public void close() {}
  }

  /** Into the store: an object, or a part of an upload. */
  final class Stored implements Intake {
    private final IncomingBody body;
    private final BodyChecks checks;
    private final Optional<Upload> upload;

    Stored(IncomingBody body, BodyChecks checks, Optional<Upload> upload) {
      this.body = body;
      this.checks = checks;
      this.upload = upload;
    }

    IncomingBody body() {
      return body;
    }

    Upload upload() {
      return upload.orElseThrow();
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
      body.accept(bytes);
    }

    @Override
    public void finish(Map<String, String> trailers) throws IOException {
      body.finish();
      checks.verify(body.md5Hex(), body.checksums(), trailers);
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** Into memory: a small XML document. */
  final class Document implements Intake {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BodyChecks checks;
    private final long max;

    Document(BodyChecks checks, long max) {
      this.checks = checks;
      this.max = max;
    }

    @Override
    public void accept(ByteBuffer piece) {
      if (bytes.size() + piece.remaining() > max) {
        throw new AwsFault(
            400, "MaxMessageLengthExceeded", "Your request was too big: at most " + max + " bytes");
      }
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void finish(Map<String, String> trailers) {
      Map<Checksum, String> actual = new EnumMap<>(Checksum.class);
      for (Checksum each : checks.algorithms()) {
        Checksum.Running running = each.start();
        running.update(ByteBuffer.wrap(bytes.toByteArray()));
        actual.put(each, running.base64());
      }
      try {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(bytes.toByteArray());
        checks.verify(HexFormat.of().formatHex(md5), actual, trailers);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    boolean empty() {
      return bytes.size() == 0;
    }

    XmlNode xml() {
      return XmlNode.parse(bytes.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }
}
