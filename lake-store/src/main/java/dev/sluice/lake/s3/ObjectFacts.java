package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.StoredChecksum;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** GetObjectAttributes: what is known of an object, without its bytes. */
final class ObjectFacts {
  private static final int MAX_PARTS = 1000;
  private static final Set<String> NAMES =
      Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");

  private final ObjectStore store;

  ObjectFacts(ObjectStore store) {
    this.store = store;
  }

  S3Answer attributes(S3Request request) {
    Set<String> asked = asked(request);
    ObjectVersion version =
        store
            .find(request.theBucket(), request.theKey(), request.versionId())
            .orElseThrow(Faults::noSuchKey);
    if (version.deleteMarker()) {
      AwsFault fault =
          request.versionId().isPresent() ? Faults.methodNotAllowed() : Faults.noSuchKey();
      throw new MarkerFault(fault, version.id());
    }
    if (Preconditions.ofRead(request, "", version) == Preconditions.Outcome.FAILED) {
      throw Preconditions.failed();
    }
    XmlWriter xml = new XmlWriter().open("GetObjectAttributesResponse", Answers.NAMESPACE);
    if (asked.contains("ETag")) {
      // Without the quotes it has everywhere else.
      xml.text("ETag", version.etag());
    }
    if (asked.contains("Checksum") && version.checksum().isPresent()) {
      StoredChecksum sum = version.checksum().get();
      xml.open("Checksum")
          .text(sum.algorithm().element(), sum.value())
          .text("ChecksumType", sum.kind().name())
          .close();
    }
    if (asked.contains("ObjectParts") && !version.partSizes().isEmpty()) {
      parts(xml, request, version);
    }
    if (asked.contains("StorageClass")) {
      xml.text("StorageClass", "STANDARD");
    }
    if (asked.contains("ObjectSize")) {
      xml.number("ObjectSize", version.size());
    }
    Map<String, String> headers = new HashMap<>(Answers.versionHeader(version));
    headers.put("last-modified", Answers.httpDate(version.modified()));
    return S3Answer.xml(xml.close().document(), headers);
  }

  private static Set<String> asked(S3Request request) {
    Set<String> asked =
        request.wire().headers().getOrDefault("x-amz-object-attributes", List.of()).stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .map(String::trim)
            .filter(each -> !each.isEmpty())
            .collect(Collectors.toSet());
    if (asked.isEmpty()) {
      throw Faults.invalidArgument(
          "The x-amz-object-attributes header specifying the attributes to be retrieved is either"
              + " missing or empty");
    }
    if (!NAMES.containsAll(asked)) {
      throw Faults.invalidArgument("Invalid attribute name specified.");
    }
    return asked;
  }

  /** Single parts are listed where they have checksums, as S3 does; else only their number. */
  private static void parts(XmlWriter xml, S3Request request, ObjectVersion version) {
    List<Long> sizes = version.partSizes();
    List<String> sums = version.partChecksums();
    xml.open("ObjectParts");
    if (!sums.isEmpty()) {
      int after = number(request, "x-amz-part-number-marker", 0, sizes.size());
      int max = number(request, "x-amz-max-parts", MAX_PARTS, MAX_PARTS);
      int end = Math.min(sizes.size(), after + max);
      xml.number("PartNumberMarker", after);
      if (end < sizes.size()) {
        xml.number("NextPartNumberMarker", end);
      }
      xml.number("MaxParts", max).text("IsTruncated", Boolean.toString(end < sizes.size()));
      String element = version.checksum().orElseThrow().algorithm().element();
      for (int at = after; at < end; at++) {
        xml.open("Part")
            .number("PartNumber", at + 1L)
            .number("Size", sizes.get(at))
            .text(element, sums.get(at))
            .close();
      }
    }
    xml.number("PartsCount", sizes.size()).close();
  }

  private static int number(S3Request request, String header, int standard, int max) {
    Optional<String> text = request.header(header).map(String::trim);
    if (text.isEmpty()) {
      return standard;
    }
    if (!text.get().matches("\\d{1,9}")) {
      throw Faults.invalidArgument(header + " must be a whole number");
    }
    return Math.min(max, Integer.parseInt(text.get()));
  }
}
