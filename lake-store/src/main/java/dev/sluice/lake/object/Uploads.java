package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.CHECKSUM_MISMATCH;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_ARGUMENT;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_PART;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_PART_ORDER;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_UPLOAD;
import static dev.sluice.lake.object.StoreException.Reason.PART_TOO_SMALL;

import dev.sluice.awswire.Checksum;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Multipart uploads. A part is a file from the start; completing makes a version of the files the
 * parts are, in one batch with the end of the upload. A completed upload is remembered for a day,
 * so that a client that lost the answer gets it again.
 */
final class Uploads {
  static final int MAX_PART = 10_000;
  private static final long MIN_PART_SIZE = 5L << 20;
  private static final Duration MEMORY = Duration.ofDays(1);

  private final Rows rows;
  private final VersionEdits edits;
  private final Names names;
  private final InstantSource clock;

  Uploads(Rows rows, VersionEdits edits, Names names, InstantSource clock) {
    this.rows = rows;
    this.edits = edits;
    this.names = names;
    this.clock = clock;
  }

  Edit<Upload> create(
      String bucket,
      String key,
      Attributes attributes,
      Optional<Checksum> checksum,
      StoredChecksum.Kind kind) {
    Upload upload = new Upload(names.next(), key, clock.instant(), attributes, checksum, kind);
    byte[] row = RowCodec.write(upload);
    return Edit.of(
        (sequence, batch) -> batch.put(RowKey.upload(bucket, key, upload.id()), row), () -> upload);
  }

  Optional<Upload> find(String bucket, String key, String id) {
    return id.isEmpty() || id.indexOf('\0') >= 0
        ? Optional.empty()
        : rows.get(RowKey.upload(bucket, key, id)).map(RowCodec::upload);
  }

  Upload require(String bucket, String key, String id) {
    return find(bucket, key, id)
        .orElseThrow(
            () ->
                new StoreException(
                    NO_SUCH_UPLOAD,
                    "The specified multipart upload does not exist. The upload ID may be invalid,"
                        + " or the upload may have been aborted or completed."));
  }

  static void checkPartNumber(int number) {
    if (number < 1 || number > MAX_PART) {
      throw new StoreException(
          INVALID_ARGUMENT, "Part number must be an integer between 1 and 10000, inclusive");
    }
  }

  Edit<Part> addPart(Upload upload, int number, IncomingBody body, Extent extent) {
    Optional<StoredChecksum> checksum =
        upload
            .checksum()
            .or(() -> body.checksums().keySet().stream().findFirst())
            .map(
                each ->
                    new StoredChecksum(
                        each, body.checksums().get(each), StoredChecksum.Kind.FULL_OBJECT));
    Part part = new Part(number, body.md5Hex(), clock.instant(), checksum, extent);
    byte[] key = RowKey.part(upload.id(), number);
    Optional<Part> before = rows.get(key).map(RowCodec::part);
    return Edit.of(
        (sequence, batch) -> {
          before.ifPresent(old -> batch.disown(old.extent()));
          batch.own(extent, key);
          batch.put(key, RowCodec.write(part));
        },
        () -> part);
  }

  /** Parts after the given number, at most so many. */
  List<Part> parts(String upload, int after, int max) {
    List<Part> parts = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.parts(upload))) {
      cursor.seek(RowKey.part(upload, after + 1));
      for (; cursor.valid() && parts.size() < max; cursor.next()) {
        parts.add(RowCodec.part(cursor.value()));
      }
    }
    return parts;
  }

  /** Every part, also those a completion leaves out. */
  static List<Part> allParts(Rows rows, String upload) {
    List<Part> parts = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.parts(upload))) {
      for (; cursor.valid(); cursor.next()) {
        parts.add(RowCodec.part(cursor.value()));
      }
    }
    return parts;
  }

  static void remove(String bucket, Upload upload, List<Part> parts, RowBatch batch) {
    batch.remove(RowKey.upload(bucket, upload.key(), upload.id()));
    for (Part each : parts) {
      batch.remove(RowKey.part(upload.id(), each.number()));
      batch.disown(each.extent());
    }
  }

  Edit<String> abort(String bucket, Upload upload) {
    List<Part> parts = allParts(rows, upload.id());
    return Edit.of((sequence, batch) -> remove(bucket, upload, parts, batch), upload::id);
  }

  /** The version an upload became, when it was completed not long ago. */
  Optional<ObjectVersion> completed(String bucket, String key, String id) {
    return rows.get(RowKey.done(id + "\0" + bucket + "\0" + key)).map(RowCodec::version);
  }

  Edit<ObjectVersion> complete(
      Bucket bucket, Upload upload, Optional<Head> before, Completion completion) {
    List<Part> chosen = choose(upload, completion.parts());
    long size = chosen.stream().mapToLong(Part::size).sum();
    Optional<StoredChecksum> checksum = checksum(upload, chosen);
    if (completion.checksum().isPresent()
        && checksum.isPresent()
        && !completion.checksum().get().equals(checksum.get().value())) {
      throw new StoreException(
          CHECKSUM_MISMATCH, "The checksum you specified is not that of the parts put together");
    }
    List<Part> all = allParts(rows, upload.id());
    List<String> checksums =
        upload.checksum().isEmpty()
            ? List.of()
            : chosen.stream().map(part -> part.checksum().orElseThrow().value()).toList();
    VersionEdits.Writing writing =
        edits.write(
            bucket,
            upload.key(),
            before,
            new VersionEdits.Draft(
                size,
                etag(chosen),
                upload.attributes(),
                checksum,
                new Content.Parts(chosen.stream().map(Part::extent).toList(), checksums)));
    return Edit.of(
        (sequence, batch) -> {
          // The parts used lose their owner here and get another by the same batch.
          remove(bucket.name(), upload, all, batch);
          writing.write(sequence, batch);
          batch.put(
              RowKey.done(upload.id() + "\0" + bucket.name() + "\0" + upload.key()),
              RowCodec.write(writing.version()));
        },
        writing::version);
  }

  private List<Part> choose(Upload upload, List<Completion.Chosen> wanted) {
    List<Part> parts = new ArrayList<>();
    int before = 0;
    for (Completion.Chosen each : wanted) {
      if (each.number() <= before) {
        throw new StoreException(
            INVALID_PART_ORDER,
            "The list of parts was not in ascending order. Parts must be ordered by part number.");
      }
      before = each.number();
      Part part =
          rows.get(RowKey.part(upload.id(), each.number()))
              .map(RowCodec::part)
              .filter(found -> found.etag().equals(each.etag()))
              .filter(found -> each.agrees(found.checksum()))
              .orElseThrow(
                  () ->
                      new StoreException(
                          INVALID_PART,
                          "Part "
                              + each.number()
                              + " could not be found. It may not have been uploaded, or its entity"
                              + " tag or checksum may not match."));
      parts.add(part);
    }
    for (Part each : parts.subList(0, Math.max(0, parts.size() - 1))) {
      if (each.size() < MIN_PART_SIZE) {
        throw new StoreException(
            PART_TOO_SMALL,
            "Your proposed upload is smaller than the minimum allowed size: part "
                + each.number()
                + " is not the last and below 5 MiB");
      }
    }
    return parts;
  }

  private static String etag(List<Part> parts) {
    MessageDigest md5 = IncomingBody.md5();
    parts.forEach(part -> md5.update(HexFormat.of().parseHex(part.etag())));
    return HexFormat.of().formatHex(md5.digest()) + "-" + parts.size();
  }

  private static Optional<StoredChecksum> checksum(Upload upload, List<Part> parts) {
    if (upload.checksum().isEmpty()) {
      return Optional.empty();
    }
    Checksum algorithm = upload.checksum().get();
    Base64.Decoder decoder = Base64.getDecoder();
    if (upload.checksumKind() == StoredChecksum.Kind.COMPOSITE) {
      Checksum.Running running = algorithm.start();
      for (Part part : parts) {
        running.update(ByteBuffer.wrap(decoder.decode(part.checksum().orElseThrow().value())));
      }
      return Optional.of(
          new StoredChecksum(
              algorithm, running.base64() + "-" + parts.size(), upload.checksumKind()));
    }
    byte[] whole = algorithm.start().value();
    for (Part part : parts) {
      byte[] next = decoder.decode(part.checksum().orElseThrow().value());
      whole = algorithm.combine(whole, next, part.size());
    }
    String value = Base64.getEncoder().encodeToString(whole);
    return Optional.of(new StoredChecksum(algorithm, value, upload.checksumKind()));
  }

  /** Forgets uploads completed long ago. */
  Edit<Integer> forget() {
    Instant before = clock.instant().minus(MEMORY);
    List<byte[]> old = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.DONE))) {
      for (; cursor.valid(); cursor.next()) {
        if (RowCodec.version(cursor.value()).modified().isBefore(before)) {
          old.add(cursor.key());
        }
      }
    }
    return old.isEmpty()
        ? Edit.none(0)
        : Edit.of((sequence, batch) -> old.forEach(batch::remove), old::size);
  }
}
