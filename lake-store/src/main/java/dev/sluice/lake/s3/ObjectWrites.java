package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import dev.sluice.lake.object.Part;
import dev.sluice.lake.object.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** PUT of an object, and copies. */
final class ObjectWrites {
  private static final int COPY_BUFFER = 256 << 10;

  private final ObjectStore store;

  ObjectWrites(ObjectStore store) {
    this.store = store;
  }

  S3Answer put(S3Request request, Intake.Stored body) {
    return written(request, write(request, body.body(), Answers.attributes(request)));
  }

  /** As {@link #put}, without a thread that waits for the disk. */
  CompletionStage<S3Answer> begin(S3Request request, Intake.Stored body) {
    if (Beyond.stage(request).isPresent()) {
      return CompletableFuture.completedStage(put(request, body));
    }
    return store
        .beginPut(
            request.theBucket(),
            request.theKey(),
            body.body(),
            Answers.attributes(request),
            Preconditions.ofWrite(request))
        .thenApply(version -> written(request, version));
  }

  private static S3Answer written(S3Request request, ObjectVersion version) {
    Map<String, String> headers = Beyond.written(request, version);
    headers.put("etag", Answers.quoted(version.etag()));
    headers.putAll(Answers.checksumHeaders(version.checksum()));
    return S3Answer.empty(200, headers);
  }

  /** Makes the body the object, or keeps aside that it is to be. */
  private ObjectVersion write(S3Request request, IncomingBody body, Attributes attributes) {
    String bucket = request.theBucket();
    Condition condition = Preconditions.ofWrite(request);
    Optional<String> stage = Beyond.stage(request);
    return stage.isPresent()
        ? store
            .stages()
            .put(bucket, stage.get(), request.theKey(), body, attributes, condition)
            .version()
            .orElseThrow()
        : store.put(bucket, request.theKey(), body, attributes, condition);
  }

  private OpenObject openSource(S3Request request) {
    CopySource source = CopySource.of(request);
    OpenObject object =
        store
            .open(source.bucket(), source.key(), source.versionId())
            .orElseThrow(Faults::noSuchKey);
    if (object.version().deleteMarker()) {
      object.close();
      throw source.versionId().isPresent()
          ? new AwsFault(
              400,
              "InvalidRequest",
              "The source of a copy request may not specifically refer to a delete marker by"
                  + " version id.")
          : Faults.noSuchKey();
    }
    if (Preconditions.ofRead(request, "x-amz-copy-source-", object.version())
        != Preconditions.Outcome.GO_ON) {
      object.close();
      throw Preconditions.failed();
    }
    return object;
  }

  S3Answer copy(S3Request request) throws IOException {
    try (OpenObject source = openSource(request)) {
      ObjectVersion from = source.version();
      if (from.size() > ObjectStore.MAX_PUT) {
        throw new AwsFault(
            400,
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy"
                + " source: 5368709120");
      }
      Set<Checksum> checksums = wanted(request, from);
      try (IncomingBody body = store.receive(checksums)) {
        copyBytes(source.reader(), body);
        ObjectVersion version = write(request, body, attributes(request, from));
        Map<String, String> headers = Beyond.written(request, version);
        if (!from.id().equals("null")) {
          headers.put("x-amz-copy-source-version-id", from.id());
        }
        XmlWriter xml = new XmlWriter().open("CopyObjectResult", Answers.NAMESPACE);
        xml.text("ETag", Answers.quoted(version.etag()))
            .text("LastModified", Answers.isoDate(version.modified()));
        version.checksum().ifPresent(each -> xml.text(each.algorithm().element(), each.value()));
        return S3Answer.xml(xml.close().document(), headers);
      }
    }
  }

  private static Set<Checksum> wanted(S3Request request, ObjectVersion from) {
    Optional<String> named = request.header("x-amz-checksum-algorithm");
    if (named.isPresent()) {
      return Set.of(algorithm(named.get()));
    }
    return from.checksum().map(each -> Set.of(each.algorithm())).orElse(Set.of());
  }

  static Checksum algorithm(String name) {
    return Checksum.ofName(name)
        .orElseThrow(() -> Faults.notImplemented("the checksum algorithm " + name));
  }

  /** What the copy says of itself: as the source, or as the request, metadata and tags apart. */
  private static Attributes attributes(S3Request request, ObjectVersion from) {
    Attributes asked = Answers.attributes(request);
    boolean ownMetadata = replaced(request, "metadata");
    boolean ownTags = replaced(request, "tagging");
    if (!ownTags && !asked.tags().isEmpty()) {
      throw Faults.invalidArgument("x-amz-tagging needs x-amz-tagging-directive: REPLACE");
    }
    String redirect = asked.headers().get(Answers.REDIRECT);
    if (!ownMetadata && redirect == null && CopySource.of(request).is(request)) {
      throw new AwsFault(
          400,
          "InvalidRequest",
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    Attributes source = from.attributes();
    Map<String, String> tags = ownTags ? asked.tags() : source.tags();
    if (ownMetadata) {
      return asked.withTags(tags);
    }
    // Where a website sends readers is the one header that a copy does not take over.
    Map<String, String> headers = new HashMap<>(source.headers());
    headers.remove(Answers.REDIRECT);
    if (redirect != null) {
      headers.put(Answers.REDIRECT, redirect);
    }
    return new Attributes(headers, source.metadata(), tags);
  }

  private static boolean replaced(S3Request request, String what) {
    String directive = request.header("x-amz-" + what + "-directive").orElse("COPY");
    if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
      throw Faults.invalidArgument("Unknown " + what + " directive.");
    }
    return directive.equals("REPLACE");
  }

  private static void copyBytes(ObjectReader from, IncomingBody to) throws IOException {
    try (from) {
      Optional<byte[]> piece = from.next(COPY_BUFFER);
      while (piece.isPresent()) {
        to.accept(ByteBuffer.wrap(piece.get()));
        piece = from.next(COPY_BUFFER);
      }
    }
    to.finish();
  }

  S3Answer copyPart(S3Request request) throws IOException {
    String bucket = request.theBucket();
    Upload upload = store.upload(bucket, request.theKey(), request.parameter("uploadId"));
    int number = request.number("partNumber", 0, Integer.MAX_VALUE);
    try (OpenObject source = openSource(request);
        IncomingBody body = store.receivePart(upload, Set.of())) {
      long size = source.version().size();
      long offset = 0;
      long length = size;
      Optional<String> range = request.header("x-amz-copy-source-range");
      if (range.isPresent()) {
        if (!(ByteRange.of(range.get(), size) instanceof ByteRange.Some some)) {
          throw Faults.invalidArgument(
              "Range specified is not valid for source object of size: " + size);
        }
        offset = some.offset();
        length = some.length();
      }
      copyBytes(source.reader(offset, length), body);
      Part part = store.addPart(bucket, upload, number, body);
      XmlWriter xml = new XmlWriter().open("CopyPartResult", Answers.NAMESPACE);
      xml.text("ETag", Answers.quoted(part.etag()))
          .text("LastModified", Answers.isoDate(part.modified()));
      part.checksum().ifPresent(each -> xml.text(each.algorithm().element(), each.value()));
      return S3Answer.xml(xml.close().document());
    }
  }
}
