package dev.sluice.lake.s3.form;

import dev.sluice.awswire.AwsFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The coding {@code multipart/form-data} (RFC 7578), fed piece by piece. What comes before the file
 * is bounded, as at S3; the file's bytes go on as they come; what comes after it is dropped.
 *
 * <pre>
 * PREAMBLE --delimiter--> AFTER_DELIMITER --line end--> HEADERS --empty line--> FIELD or FILE
 * FIELD --delimiter--> AFTER_DELIMITER        FILE --delimiter--> DONE
 * </pre>
 */
public final class FormReader {
  /** Where the form's parts go, in the order they come. */
  public interface Receiver {
    void field(String name, String value);

    void file(Optional<String> fileName, Optional<String> contentType) throws IOException;

    void bytes(ByteBuffer bytes) throws IOException;
  }

  private enum State {
    PREAMBLE,
    AFTER_DELIMITER,
    HEADERS,
    FIELD,
    FILE,
    DONE
  }

  private static final int MAX_BEFORE_FILE = 20 << 10;
  private static final int MAX_BOUNDARY = 200;

  private final byte[] delimiter;
  private final Receiver receiver;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  private State state = State.PREAMBLE;
  private PartHead part = PartHead.none();
  // The first delimiter needs no line end before it.
  private int matched = 2;
  private int before;

  public FormReader(String boundary, Receiver receiver) {
    if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY || boundary.indexOf('\r') >= 0) {
      throw malformed();
    }
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.receiver = receiver;
  }

  public void feed(ByteBuffer wire) throws IOException {
    while (wire.hasRemaining() && state != State.DONE) {
      if (state == State.FILE) {
        file(wire);
      } else {
        if (++before > MAX_BEFORE_FILE) {
          throw new AwsFault(
              400,
              "MaxPostPreDataLengthExceeded",
              "Your POST request fields preceding the upload file were too large.");
        }
        take(wire.get());
      }
    }
    wire.position(wire.limit());
  }

  /** Call once, at the end of the body. */
  public void finish() {
    if (state != State.DONE) {
      throw state == State.AFTER_DELIMITER ? noFile() : malformed();
    }
  }

  private void take(byte c) throws IOException {
    switch (state) {
      case PREAMBLE, FIELD -> value(c);
      case AFTER_DELIMITER -> afterDelimiter(c);
      default -> header(c);
    }
  }

  private void value(byte c) throws IOException {
    if (c == delimiter[matched]) {
      if (++matched == delimiter.length) {
        matched = 0;
        if (state == State.FIELD) {
          receiver.field(part.name(), text(held));
        }
        held.reset();
        state = State.AFTER_DELIMITER;
      }
      return;
    }
    // Only its first byte is a carriage return, so no shorter match can begin within this one.
    held.write(delimiter, 0, matched);
    matched = c == delimiter[0] ? 1 : 0;
    if (matched == 0) {
      held.write(c);
    }
  }

  private void afterDelimiter(byte c) throws IOException {
    held.write(c);
    if (c == '\n') {
      if (!text(held).isBlank()) {
        throw malformed();
      }
      held.reset();
      state = State.HEADERS;
    } else if (held.size() == 2 && text(held).equals("--")) {
      throw noFile();
    }
  }

  private void header(byte c) throws IOException {
    held.write(c);
    if (c != '\n') {
      return;
    }
    String head = text(held);
    if (!head.endsWith("\r\n\r\n") && !head.equals("\r\n")) {
      return;
    }
    part = PartHead.parse(head).orElseThrow(FormReader::malformed);
    held.reset();
    matched = 0;
    if (part.name().equalsIgnoreCase("file")) {
      state = State.FILE;
      receiver.file(part.fileName(), part.contentType());
    } else {
      state = State.FIELD;
    }
  }

  private void file(ByteBuffer wire) throws IOException {
    int start = wire.position();
    int at = start;
    int limit = wire.limit();
    while (at < limit) {
      byte c = wire.get(at);
      if (c == delimiter[matched]) {
        if (matched == 0) {
          pass(wire, start, at);
        }
        at++;
        if (++matched == delimiter.length) {
          state = State.DONE;
          return;
        }
        start = at;
      } else if (matched > 0) {
        receiver.bytes(ByteBuffer.wrap(Arrays.copyOf(delimiter, matched)));
        matched = 0;
        start = at;
      } else {
        at++;
      }
    }
    pass(wire, start, limit);
    wire.position(limit);
  }

  private void pass(ByteBuffer wire, int from, int to) throws IOException {
    if (to > from) {
      receiver.bytes(wire.slice(from, to - from));
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static AwsFault malformed() {
    return new AwsFault(
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.");
  }

  private static AwsFault noFile() {
    return new AwsFault(
        400, "InvalidArgument", "POST requires exactly one file upload per request.");
  }
}
