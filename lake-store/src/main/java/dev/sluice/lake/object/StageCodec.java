package dev.sluice.lake.object;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bytes of the rows of staged changes, and of the memory of stages published. */
final class StageCodec {
  private static final int FORM = 2;

  private StageCodec() {}

  static byte[] write(Staged staged) {
    byte[] version = staged.version().map(RowCodec::write).orElse(new byte[0]);
    RowWriter out =
        new RowWriter(FORM, 128 + version.length).text(staged.key()).bytes(version, version.length);
    list(out, staged.condition().ifMatch());
    list(out, staged.condition().ifNoneMatch());
    return out.number(staged.since().toEpochMilli()).text(staged.upload().orElse("")).row();
  }

  static Staged staged(byte[] row) {
    RowReader in = HistoryCodec.reader(row);
    String key = in.text();
    byte[] version = in.bytes();
    Condition condition = new Condition(list(in), list(in));
    Instant since = Instant.ofEpochMilli(in.number());
    String upload = in.text();
    return new Staged(
        key,
        version.length == 0 ? Optional.empty() : Optional.of(RowCodec.version(version)),
        condition,
        since,
        upload.isEmpty() ? Optional.empty() : Optional.of(upload));
  }

  private static void list(RowWriter out, List<String> texts) {
    out.number(texts.size());
    texts.forEach(out::text);
  }

  private static List<String> list(RowReader in) {
    List<String> texts = new ArrayList<>();
    for (int left = in.count(); left > 0; left--) {
      texts.add(in.text());
    }
    return texts;
  }

  static byte[] write(Stages.Published published) {
    return new RowWriter(FORM, 32)
        .number(published.sequence())
        .number(published.keys())
        .number(published.when().toEpochMilli())
        .row();
  }

  static Stages.Published published(byte[] row) {
    RowReader in = HistoryCodec.reader(row);
    return new Stages.Published(in.number(), (int) in.number(), Instant.ofEpochMilli(in.number()));
  }
}
