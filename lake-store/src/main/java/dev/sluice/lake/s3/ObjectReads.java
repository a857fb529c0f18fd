package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** GET and HEAD of an object. */
final class ObjectReads {
  private static final int MAX_PART = 10_000;

  private final ObjectStore store;

  ObjectReads(ObjectStore store) {
    this.store = store;
  }

  S3Answer read(S3Request request) {
    OpenObject object =
        store
            .open(request.theBucket(), request.theKey(), request.versionId())
            .orElseThrow(Faults::noSuchKey);
    try {
      S3Answer answer = answer(request, object);
      if (!(answer.body() instanceof S3Answer.Body.Bytes)) {
        object.close();
      }
      return answer;
    } catch (RuntimeException e) {
      object.close();
      throw e;
    }
  }

  private static S3Answer answer(S3Request request, OpenObject object) {
    ObjectVersion version = object.version();
    if (version.deleteMarker()) {
      return marker(request, version);
    }
    Map<String, String> headers = Answers.headers(version);
    Preconditions.Outcome outcome = Preconditions.ofRead(request, "", version);
    if (outcome == Preconditions.Outcome.FAILED) {
      throw Preconditions.failed();
    }
    if (outcome == Preconditions.Outcome.NOT_MODIFIED) {
      headers.keySet().retainAll(List.of("etag", "last-modified", "cache-control", "expires"));
      return S3Answer.empty(304, headers);
    }
    Answers.override(request, headers);
    ByteRange range = range(request, version, headers);
    if (range instanceof ByteRange.Unsatisfiable) {
      throw new AwsFault(416, "InvalidRange", "The requested range is not satisfiable");
    }
    int status = 200;
    long offset = 0;
    long length = version.size();
    if (range instanceof ByteRange.Some some) {
      status = 206;
      offset = some.offset();
      length = some.length();
      String end = Long.toString(Math.max(0, offset + length - 1));
      headers.put("content-range", "bytes " + offset + "-" + end + "/" + version.size());
    } else if (request.header("x-amz-checksum-mode").orElse("").equalsIgnoreCase("ENABLED")) {
      headers.putAll(Answers.checksumHeaders(version.checksum()));
    }
    if (request.method().equals("HEAD")) {
      return new S3Answer(status, headers, new S3Answer.Body.Announced(length));
    }
    // Nothing is answered before all of the answer's blocks are verified.
    List<OpenObject.Slice> slices = object.slices(offset, length);
    return new S3Answer(status, headers, new S3Answer.Body.Bytes(object, offset, length, slices));
  }

  private static ByteRange range(
      S3Request request, ObjectVersion version, Map<String, String> headers) {
    Optional<String> header = request.header("range");
    if (request.query().has("partNumber")) {
      if (header.isPresent()) {
        throw new AwsFault(
            400, "InvalidRequest", "Cannot specify both Range header and partNumber");
      }
      return part(request, version, headers);
    }
    boolean changed =
        request
            .header("if-range")
            .map(each -> !each.replace("\"", "").equals(version.etag()))
            .orElse(false);
    return header.isEmpty() || changed
        ? new ByteRange.All()
        : ByteRange.of(header.get(), version.size());
  }

  private static ByteRange part(
      S3Request request, ObjectVersion version, Map<String, String> headers) {
    int number = request.number("partNumber", 1, Integer.MAX_VALUE);
    List<Long> sizes = version.partSizes();
    if (number < 1 || number > MAX_PART) {
      throw Faults.invalidArgument("Part number must be an integer between 1 and 10000, inclusive");
    }
    if (number > Math.max(1, sizes.size())) {
      throw new AwsFault(416, "InvalidPartNumber", "The requested partnumber is not satisfiable");
    }
    if (sizes.isEmpty()) {
      return version.size() == 0 ? new ByteRange.All() : new ByteRange.Some(0, version.size());
    }
    headers.put("x-amz-mp-parts-count", Integer.toString(sizes.size()));
    long offset = sizes.subList(0, number - 1).stream().mapToLong(Long::longValue).sum();
    return new ByteRange.Some(offset, sizes.get(number - 1));
  }

  /** A delete marker hides the object; named by its version it is nothing that can be read. */
  private static S3Answer marker(S3Request request, ObjectVersion version) {
    boolean named = request.versionId().isPresent();
    AwsFault fault = named ? Faults.methodNotAllowed() : Faults.noSuchKey();
    throw new MarkerFault(fault, version.id());
  }
}
