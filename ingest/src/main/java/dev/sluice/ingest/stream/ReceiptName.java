package dev.sluice.ingest.stream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a receipt is called: {@code app-events-2-17} is offset 17 of the stream's shard 2. */
public record ReceiptName(String stream, int shard, long offset) {
  private static final Pattern TEXT =
      Pattern.compile("([a-z][a-z0-9-]{0,99})-(0|[1-9][0-9]{0,8})-(0|[1-9][0-9]{0,17})");

  public ReceiptName {
    if (stream.isEmpty() || shard < 0 || offset < 0) {
      throw new IllegalArgumentException(
          "no receipt: " + stream + ", shard " + shard + ", offset " + offset);
    }
  }

  /** Reads one; empty when the text is none. */
  public static Optional<ReceiptName> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ReceiptName(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return stream + "-" + shard + "-" + offset;
  }
}
