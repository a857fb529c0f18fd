package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** GET and HEAD of an object. */
final class ObjectReads {
  /** Up to so many bytes are sent from memory. */
  private static final int GATHERED = 64 << 10;

  private static final int MAX_PART = 10_000;

  private final ObjectStore store;

  ObjectReads(ObjectStore store) {
    this.store = store;
  }

  S3Answer read(S3Request request) throws IOException {
    OpenObject object = open(request).orElseThrow(Faults::noSuchKey);
    try {
      S3Answer answer = answer(request, object);
      if (!(answer.body() instanceof S3Answer.Body.Bytes)) {
        object.close();
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  private Optional<OpenObject> open(S3Request request) {
    String bucket = request.theBucket();
    OptionalLong asOf = Beyond.asOf(request);
    if (asOf.isEmpty()) {
      return store.open(bucket, request.theKey(), request.versionId());
    }
    if (request.versionId().isPresent()) {
      throw Faults.invalidArgument(Beyond.AS_OF + " and versionId each name a version");
    }
    return store.history(bucket, asOf.getAsLong()).open(request.theKey());
  }

  private static S3Answer answer(S3Request request, OpenObject object) throws IOException {
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
    if (length <= GATHERED) {
      return new S3Answer(status, headers, gathered(object, offset, (int) length));
    }
    // Nothing is answered before all of the answer's blocks are verified.
    List<OpenObject.Slice> slices = object.slices(offset, length);
    return new S3Answer(status, headers, new S3Answer.Body.Bytes(object, offset, length, slices));
  }

  /** Read here, where reading may block, it needs no further visit to be sent or closed. */
  private static S3Answer.Body gathered(OpenObject object, long offset, int length)
      throws IOException {
    try (ObjectReader reader = object.reader(offset, length)) {
      byte[] bytes = reader.next(length).orElse(new byte[0]);
      int got = bytes.length;
      bytes = got == length ? bytes : Arrays.copyOf(bytes, length);
      while (got < length) {
        byte[] more = reader.next(length - got).orElseThrow(EOFException::new);
        System.arraycopy(more, 0, bytes, got, more.length);
        got += more.length;
      }
      return new S3Answer.Body.Whole(ByteBuffer.wrap(bytes));
    }
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
