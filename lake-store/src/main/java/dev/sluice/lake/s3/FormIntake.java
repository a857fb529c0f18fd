package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.s3.form.FormReader;
import dev.sluice.lake.s3.form.PostPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A form on its way in. Its fields say who sends it and what may be done, so the store is opened
 * only when the file begins, by whoever judges the fields.
 */
final class FormIntake implements Intake, FormReader.Receiver {
  /** Judges the fields, names in lower case, and opens the store for the file. */
  interface Judge {
    Opened judge(Map<String, String> fields);
  }

  /**
   * A form that may go on: the request it stands for, where its file goes, how long that may be.
   */
  record Opened(
      S3Request request,
      Map<String, String> fields,
      Intake.Stored stored,
      PostPolicy.SizeRange size) {}

  private final FormReader reader;
  private final Judge judge;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private Optional<Opened> opened = Optional.empty();
  private long length;

  FormIntake(String boundary, Judge judge) {
    this.reader = new FormReader(boundary, this);
    this.judge = judge;
  }

  @Override
  public void accept(ByteBuffer bytes) throws IOException {
    reader.feed(bytes);
  }

  @Override
  public void field(String name, String value) {
    if (fields.put(name.toLowerCase(Locale.ROOT), value) != null) {
      throw Faults.invalidArgument("The field '" + name + "' was sent more than once");
    }
  }

  @Override
  public void file(Optional<String> fileName, Optional<String> contentType) {
    fields.computeIfPresent("key", (name, key) -> key.replace("${filename}", fileName.orElse("")));
    opened = Optional.of(judge.judge(fields));
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    length += bytes.remaining();
    long max = Math.min(opened().size().max(), ObjectStore.MAX_PUT);
    if (length > max) {
      throw new AwsFault(
              400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
          .with("ProposedSize", Long.toString(length))
          .with("MaxSizeAllowed", Long.toString(max));
    }
    opened().stored().accept(bytes);
  }

  @Override
  public void finish(Map<String, String> trailers) throws IOException {
    reader.finish();
    long min = opened().size().min();
    if (length < min) {
      throw new AwsFault(
              400,
              "EntityTooSmall",
              "Your proposed upload is smaller than the minimum allowed size")
          .with("ProposedSize", Long.toString(length))
          .with("MinSizeAllowed", Long.toString(min));
    }
    opened().stored().finish(Map.of());
  }

  Opened opened() {
    return opened.orElseThrow();
  }

  @Override
  public void close() throws IOException {
    if (opened.isPresent()) {
      opened.get().stored().close();
    }
  }
}
