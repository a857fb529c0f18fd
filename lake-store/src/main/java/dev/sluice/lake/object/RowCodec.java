package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The bytes of rows. Every row starts with the number of its form, so that later forms can read
 * earlier rows. Within form 2 a field may be added at the end of a row: who reads asks {@link
 * RowReader#more} first, and takes a default where the row was written before.
 */
final class RowCodec {
  static final int FORM = 2;
  private static final int FIRST_FORM = 1;

  private RowCodec() {}

  static byte[] write(Bucket bucket) {
    return new RowWriter(FORM, 128)
        .text(bucket.name())
        .number(bucket.created().toEpochMilli())
        .text(bucket.region())
        .text(bucket.versioning().name())
        .text(bucket.account())
        .text(bucket.durability().name())
        .map(bucket.settings())
        .row();
  }

  static Bucket bucket(byte[] row) {
    return read(
        row,
        RowFormOne::bucket,
        in ->
            new Bucket(
                in.text(),
                Instant.ofEpochMilli(in.number()),
                in.text(),
                Bucket.Versioning.valueOf(in.text()),
                in.text(),
                Durability.valueOf(in.text()),
                in.map()));
  }

  static byte[] write(Head head) {
    return new RowWriter(FORM, 80)
        .number(head.sequence())
        .number(head.nullSequence())
        .code(head.deleted() ? 'd' : 'o')
        .number(head.size())
        .text(head.etag())
        .number(head.modified().toEpochMilli())
        .text(head.checksumName())
        .code(head.lies() == Head.Lies.WITHIN ? 'w' : 'o')
        .row();
  }

  static Head head(byte[] row) {
    return read(
        row,
        RowFormOne::head,
        in ->
            new Head(
                in.number(),
                in.number(),
                in.code() == 'd' ? Head.Marker.DELETE_MARKER : Head.Marker.OBJECT,
                in.number(),
                in.text(),
                Instant.ofEpochMilli(in.number()),
                in.text(),
                in.code() == 'w' ? Head.Lies.WITHIN : Head.Lies.OUTSIDE));
  }

  static byte[] write(ObjectVersion version) {
    int inline = version.content() instanceof Content.Inline ? (int) version.size() : 0;
    RowWriter out =
        new RowWriter(FORM, 256 + inline)
            .text(version.key())
            .number(version.sequence())
            .text(version.id())
            .number(version.size())
            .text(version.etag())
            .number(version.modified().toEpochMilli());
    attributes(out, version.attributes());
    checksum(out, version.checksum());
    content(out, version.content());
    return out.row();
  }

  static ObjectVersion version(byte[] row) {
    return read(
        row,
        RowFormOne::version,
        in ->
            new ObjectVersion(
                in.text(),
                in.number(),
                in.text(),
                in.number(),
                in.text(),
                Instant.ofEpochMilli(in.number()),
                attributes(in),
                checksum(in),
                content(in)));
  }

  static byte[] write(Upload upload) {
    RowWriter out =
        new RowWriter(FORM, 256)
            .text(upload.id())
            .text(upload.key())
            .number(upload.initiated().toEpochMilli());
    attributes(out, upload.attributes());
    return out.text(upload.checksum().map(Checksum::name).orElse(""))
        .text(upload.checksumKind().name())
        .row();
  }

  static Upload upload(byte[] row) {
    return read(
        row,
        RowFormOne::upload,
        in ->
            new Upload(
                in.text(),
                in.text(),
                Instant.ofEpochMilli(in.number()),
                attributes(in),
                Checksum.ofName(in.text()),
                StoredChecksum.Kind.valueOf(in.text())));
  }

  static byte[] write(Part part) {
    RowWriter out =
        new RowWriter(FORM, 256)
            .number(part.number())
            .text(part.etag())
            .number(part.modified().toEpochMilli());
    checksum(out, part.checksum());
    extent(out, part.extent());
    return out.row();
  }

  static Part part(byte[] row) {
    return read(
        row,
        RowFormOne::part,
        in ->
            new Part(
                (int) in.number(),
                in.text(),
                Instant.ofEpochMilli(in.number()),
                checksum(in),
                extent(in)));
  }

  private static void content(RowWriter out, Content content) {
    if (content instanceof Content.Inline inline) {
      out.code('i').bytes(inline.bytes());
    } else if (content instanceof Content.Whole whole) {
      out.code('w');
      extent(out, whole.extent());
    } else if (content instanceof Content.Parts parts) {
      out.code('p').number(parts.extents().size());
      parts.extents().forEach(each -> extent(out, each));
      out.number(parts.checksums().size());
      parts.checksums().forEach(out::text);
    } else {
      out.code('n');
    }
  }

  private static Content content(RowReader in) {
    char kind = in.code();
    if (kind == 'i') {
      return new Content.Inline(in.bytes());
    }
    if (kind == 'w') {
      return new Content.Whole(extent(in));
    }
    if (kind == 'p') {
      List<Extent> extents = new ArrayList<>();
      for (int left = in.count(); left > 0; left--) {
        extents.add(extent(in));
      }
      List<String> checksums = new ArrayList<>();
      for (int left = in.more() ? in.count() : 0; left > 0; left--) {
        checksums.add(in.text());
      }
      return new Content.Parts(extents, checksums);
    }
    return new Content.Nothing();
  }

  private static void extent(RowWriter out, Extent extent) {
    out.code(extent.inSegment() ? 's' : 'f')
        .name(extent.container())
        .number(extent.offset())
        .number(extent.length());
    BlockSums sums = extent.sums();
    out.number(sums.block()).number(sums.count());
    for (int at = 0; at < sums.count(); at++) {
      out.fixed(sums.sum(at));
    }
  }

  private static Extent extent(RowReader in) {
    Extent.Kind kind = in.code() == 's' ? Extent.Kind.SEGMENT : Extent.Kind.FILE;
    String container = in.name();
    long offset = in.number();
    long length = in.number();
    long block = in.number();
    int[] sums = new int[in.count()];
    for (int at = 0; at < sums.length; at++) {
      sums[at] = in.fixed();
    }
    return new Extent(kind, container, offset, length, new BlockSums(block, sums));
  }

  private static void checksum(RowWriter out, Optional<StoredChecksum> checksum) {
    out.code(checksum.isPresent() ? 'c' : 'n');
    if (checksum.isPresent()) {
      out.text(checksum.get().algorithm().name())
          .text(checksum.get().value())
          .text(checksum.get().kind().name());
    }
  }

  private static Optional<StoredChecksum> checksum(RowReader in) {
    if (in.code() == 'n') {
      return Optional.empty();
    }
    Checksum algorithm = Checksum.valueOf(in.text());
    return Optional.of(
        new StoredChecksum(algorithm, in.text(), StoredChecksum.Kind.valueOf(in.text())));
  }

  private static void attributes(RowWriter out, Attributes attributes) {
    out.map(attributes.headers()).map(attributes.metadata()).map(attributes.tags());
  }

  private static Attributes attributes(RowReader in) {
    return new Attributes(in.map(), in.map(), in.map());
  }

  private static <T> T read(byte[] row, Function<byte[], T> first, Function<RowReader, T> second) {
    int form = row.length == 0 ? 0 : row[0];
    if (form == FIRST_FORM) {
      return first.apply(row);
    }
    if (form != FORM) {
      throw new StoreException(
          StoreException.Reason.DAMAGED, "a row of the object store has the unknown form " + form);
    }
    try {
      return second.apply(new RowReader(row));
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          StoreException.Reason.DAMAGED,
          "a row of the object store cannot be understood: " + e.getMessage());
    }
  }
}
