package dev.sluice.lake.s3;

import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.object.Completion;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.Part;
import dev.sluice.lake.object.StoredChecksum;
import dev.sluice.lake.object.Upload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Multipart uploads on the wire. */
final class MultipartOperations {
  private static final int MAX_PARTS = 1000;

  private final ObjectStore store;

  MultipartOperations(ObjectStore store) {
    this.store = store;
  }

  S3Answer create(S3Request request) {
    Optional<Checksum> checksum =
        request.header("x-amz-checksum-algorithm").map(ObjectWrites::algorithm);
    Optional<String> type = request.header("x-amz-checksum-type");
    StoredChecksum.Kind kind =
        checksum.filter(each -> each == Checksum.CRC64NVME).isPresent()
            ? StoredChecksum.Kind.FULL_OBJECT
            : StoredChecksum.Kind.COMPOSITE;
    if (type.isPresent()) {
      kind = kind(type.get());
      if (checksum.isEmpty()) {
        throw Faults.invalidArgument(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      boolean possible =
          kind == StoredChecksum.Kind.FULL_OBJECT
              ? checksum.get().combinable()
              : checksum.get() != Checksum.CRC64NVME;
      if (!possible) {
        throw Faults.invalidArgument(
            "The " + type.get() + " checksum type cannot be used with " + checksum.get());
      }
    }
    Upload upload =
        store.createUpload(
            request.theBucket(), request.theKey(), Answers.attributes(request), checksum, kind);
    Map<String, String> headers = new HashMap<>();
    if (checksum.isPresent()) {
      headers.put("x-amz-checksum-algorithm", checksum.get().name());
      headers.put("x-amz-checksum-type", kind.name());
    }
    return S3Answer.xml(
        new XmlWriter()
            .open("InitiateMultipartUploadResult", Answers.NAMESPACE)
            .text("Bucket", request.theBucket())
            .text("Key", request.theKey())
            .text("UploadId", upload.id())
            .close()
            .document(),
        headers);
  }

  private static StoredChecksum.Kind kind(String type) {
    return switch (type) {
      case "COMPOSITE" -> StoredChecksum.Kind.COMPOSITE;
      case "FULL_OBJECT" -> StoredChecksum.Kind.FULL_OBJECT;
      default -> throw Faults.invalidArgument("Value for x-amz-checksum-type header is invalid.");
    };
  }

  S3Answer addPart(S3Request request, Intake.Stored body) {
    int number = request.number("partNumber", 0, Integer.MAX_VALUE);
    Part part = store.addPart(request.theBucket(), body.upload(), number, body.body());
    Map<String, String> headers = new HashMap<>();
    headers.put("etag", Answers.quoted(part.etag()));
    part.checksum().ifPresent(each -> headers.put(each.algorithm().header(), each.value()));
    return S3Answer.empty(200, headers);
  }

  S3Answer complete(S3Request request, Intake.Document body) {
    XmlNode node = body.xml();
    if (!node.name().equals("CompleteMultipartUpload")) {
      throw Faults.malformedXml();
    }
    List<Completion.Chosen> parts = new ArrayList<>();
    for (XmlNode each : node.children("Part")) {
      String number = each.text("PartNumber").orElseThrow(Faults::malformedXml).trim();
      if (!number.matches("\\d{1,5}")) {
        throw Faults.malformedXml();
      }
      Optional<String> checksum = Optional.empty();
      for (Checksum algorithm : Checksum.values()) {
        checksum = checksum.or(() -> each.text(algorithm.element()));
      }
      parts.add(
          new Completion.Chosen(
              Integer.parseInt(number),
              each.text("ETag").orElseThrow(Faults::malformedXml).replace("\"", "").trim(),
              checksum));
    }
    if (parts.isEmpty()) {
      throw Faults.malformedXml();
    }
    ObjectVersion version =
        store.completeUpload(
            request.theBucket(),
            request.theKey(),
            request.parameter("uploadId"),
            new Completion(parts, expected(request)),
            Preconditions.ofWrite(request));
    XmlWriter xml = new XmlWriter().open("CompleteMultipartUploadResult", Answers.NAMESPACE);
    xml.text("Location", "/" + request.theBucket() + "/" + request.theKey())
        .text("Bucket", request.theBucket())
        .text("Key", request.theKey())
        .text("ETag", Answers.quoted(version.etag()));
    version
        .checksum()
        .ifPresent(
            each ->
                xml.text(each.algorithm().element(), each.value())
                    .text("ChecksumType", each.kind().name()));
    return S3Answer.xml(xml.close().document(), Answers.versionHeader(version));
  }

  private static Optional<String> expected(S3Request request) {
    // On this request the checksum header speaks of the object, not of the document in the body.
    Optional<String> expected = Optional.empty();
    for (Checksum algorithm : Checksum.values()) {
      expected = expected.or(() -> request.header(algorithm.header()));
    }
    return expected;
  }

  S3Answer abort(S3Request request) {
    store.abortUpload(request.theBucket(), request.theKey(), request.parameter("uploadId"));
    return S3Answer.empty(204, Map.of());
  }

  S3Answer listParts(S3Request request) {
    Upload upload =
        store.upload(request.theBucket(), request.theKey(), request.parameter("uploadId"));
    int max = request.number("max-parts", MAX_PARTS, MAX_PARTS);
    int after = request.number("part-number-marker", 0, 10_000);
    List<Part> parts = store.listParts(upload, after, max + 1);
    boolean truncated = parts.size() > max;
    List<Part> page = truncated ? parts.subList(0, max) : parts;
    XmlWriter xml = new XmlWriter().open("ListPartsResult", Answers.NAMESPACE);
    xml.text("Bucket", request.theBucket())
        .text("Key", request.theKey())
        .text("UploadId", upload.id());
    String account = store.bucket(request.theBucket()).account();
    BucketOperations.owner(xml, "Initiator", account);
    BucketOperations.owner(xml, "Owner", account);
    xml.text("StorageClass", "STANDARD").number("PartNumberMarker", after);
    if (truncated && !page.isEmpty()) {
      xml.number("NextPartNumberMarker", page.get(page.size() - 1).number());
    }
    xml.number("MaxParts", max).text("IsTruncated", Boolean.toString(truncated));
    upload
        .checksum()
        .ifPresent(
            each ->
                xml.text("ChecksumAlgorithm", each.name())
                    .text("ChecksumType", upload.checksumKind().name()));
    for (Part each : page) {
      xml.open("Part")
          .number("PartNumber", each.number())
          .text("LastModified", Answers.isoDate(each.modified()))
          .text("ETag", Answers.quoted(each.etag()))
          .number("Size", each.size());
      each.checksum().ifPresent(sum -> xml.text(sum.algorithm().element(), sum.value()));
      xml.close();
    }
    return S3Answer.xml(xml.close().document());
  }
}
