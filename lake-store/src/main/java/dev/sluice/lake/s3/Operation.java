package dev.sluice.lake.s3;

import static dev.sluice.lake.access.Right.OWN;
import static dev.sluice.lake.access.Right.WRITE;
import static dev.sluice.lake.s3.Shape.Level.BUCKET;
import static dev.sluice.lake.s3.Shape.Level.OBJECT;
import static dev.sluice.lake.s3.Shape.Level.SERVICE;

import dev.sluice.awswire.QueryString;
import java.util.Locale;
import java.util.Set;

/**
 * What a request asks for: the first operation, in this order, whose method, level, parameters and
 * header fit.
 */
enum Operation {
  LIST_BUCKETS(
      Shape.of("GET", SERVICE).takes("prefix max-buckets continuation-token bucket-region")),

  GET_BUCKET_LOCATION(Shape.of("GET", BUCKET).asked("location")),
  GET_BUCKET_VERSIONING(Shape.of("GET", BUCKET).asked("versioning")),
  GET_BUCKET_TAGGING(Shape.of("GET", BUCKET).asked("tagging")),
  GET_BUCKET_CORS(Shape.of("GET", BUCKET).asked("cors")),
  GET_BUCKET_ENCRYPTION(Shape.of("GET", BUCKET).asked("encryption")),
  LIST_OBJECT_VERSIONS(
      Shape.of("GET", BUCKET)
          .lists()
          .asked("versions")
          .takes("prefix delimiter key-marker version-id-marker max-keys encoding-type")),
  LIST_MULTIPART_UPLOADS(
      Shape.of("GET", BUCKET)
          .lists()
          .asked("uploads")
          .takes("prefix delimiter key-marker upload-id-marker max-uploads encoding-type")),
  LIST_OBJECTS_V2(
      Shape.of("GET", BUCKET)
          .lists()
          .asked("list-type")
          .takes(
              "prefix delimiter start-after continuation-token max-keys encoding-type"
                  + " fetch-owner")),
  LIST_OBJECTS(
      Shape.of("GET", BUCKET).lists().takes("prefix delimiter marker max-keys encoding-type")),
  PUT_BUCKET_VERSIONING(setting("versioning")),
  PUT_BUCKET_TAGGING(setting("tagging")),
  PUT_BUCKET_CORS(setting("cors")),
  PUT_BUCKET_ENCRYPTION(setting("encryption")),
  CREATE_BUCKET(Shape.of("PUT", BUCKET).needs(OWN).with(Shape.Body.DOCUMENT)),
  HEAD_BUCKET(Shape.of("HEAD", BUCKET)),
  DELETE_BUCKET_TAGGING(Shape.of("DELETE", BUCKET).needs(OWN).asked("tagging")),
  DELETE_BUCKET_CORS(Shape.of("DELETE", BUCKET).needs(OWN).asked("cors")),
  DELETE_BUCKET_ENCRYPTION(Shape.of("DELETE", BUCKET).needs(OWN).asked("encryption")),
  DELETE_BUCKET(Shape.of("DELETE", BUCKET).needs(OWN)),
  /** Here the right is on some key of the bucket; each key of the body is decided by itself. */
  DELETE_OBJECTS(Shape.of("POST", BUCKET).needs(WRITE).with(Shape.Body.DOCUMENT).asked("delete")),
  /** A form, as a browser sends it. */
  POST_OBJECT(Shape.of("POST", BUCKET).needs(WRITE).with(Shape.Body.FORM)),

  LIST_PARTS(
      Shape.of("GET", OBJECT)
          .asked("uploadId")
          .takes("max-parts part-number-marker encoding-type")),
  GET_OBJECT_TAGGING(Shape.of("GET", OBJECT).asked("tagging").takes("versionId")),
  GET_OBJECT_ATTRIBUTES(Shape.of("GET", OBJECT).asked("attributes").takes("versionId")),
  GET_OBJECT(Shape.of("GET", OBJECT).takes("versionId partNumber " + Answers.OVERRIDES)),
  HEAD_OBJECT(Shape.of("HEAD", OBJECT).takes("versionId partNumber " + Answers.OVERRIDES)),
  UPLOAD_PART(write("PUT").with(Shape.Body.OBJECT).asked("uploadId partNumber")),
  PUT_OBJECT_TAGGING(write("PUT").with(Shape.Body.DOCUMENT).asked("tagging").takes("versionId")),
  PUT_OBJECT(write("PUT").with(Shape.Body.OBJECT)),
  CREATE_MULTIPART_UPLOAD(write("POST").asked("uploads")),
  COMPLETE_MULTIPART_UPLOAD(write("POST").with(Shape.Body.DOCUMENT).asked("uploadId")),
  ABORT_MULTIPART_UPLOAD(write("DELETE").asked("uploadId")),
  DELETE_OBJECT_TAGGING(write("DELETE").asked("tagging").takes("versionId")),
  DELETE_OBJECT(write("DELETE").takes("versionId")),

  /** A browser's question before it asks; nobody signs it. Never found by {@link #choose}. */
  PREFLIGHT(Shape.of("OPTIONS", BUCKET)),

  /** Chosen by the header {@code x-amz-copy-source}, never by {@link #choose}'s first pass. */
  COPY_OBJECT(write("PUT")),
  UPLOAD_PART_COPY(write("PUT").asked("uploadId partNumber"));

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE");

  /** What a presigned URL adds to any operation. */
  private static final Set<String> SIGNATURE =
      Set.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders",
          "X-Amz-Signature",
          "X-Amz-Content-Sha256");

  /** Immutable, for it copies what it is given; the compiler cannot see that. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Shape shape;

  private final String title;

  Operation(Shape shape) {
    this.shape = shape;
    StringBuilder words = new StringBuilder();
    for (String word : name().split("_", -1)) {
      words.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    this.title = words.toString();
  }

  /** Sets something of a bucket. */
  private static Shape setting(String name) {
    return Shape.of("PUT", BUCKET).needs(OWN).with(Shape.Body.DOCUMENT).asked(name);
  }

  private static Shape write(String method) {
    return Shape.of(method, OBJECT).needs(WRITE);
  }

  Shape shape() {
    return shape;
  }

  Shape.Body body() {
    return shape.body();
  }

  /** The name in AWS's documentation, for metrics and messages. */
  String title() {
    return title;
  }

  static Operation choose(S3Request request) {
    String method = request.method();
    if (!METHODS.contains(method)) {
      throw Faults.methodNotAllowed();
    }
    Operation operation = first(request);
    if (request.header("x-amz-copy-source").isPresent()) {
      operation = operation.copying();
    }
    operation.checkParameters(request.query());
    return operation;
  }

  private static Operation first(S3Request request) {
    Shape.Level level = Shape.Level.of(request);
    for (Operation each : values()) {
      if (each.shape.fits(request.method(), level, request.query())) {
        return each;
      }
    }
    throw Faults.notImplemented(request.method() + " on this resource");
  }

  private Operation copying() {
    if (this == PUT_OBJECT) {
      return COPY_OBJECT;
    }
    if (this == UPLOAD_PART) {
      return UPLOAD_PART_COPY;
    }
    throw Faults.notImplemented("x-amz-copy-source with " + title);
  }

  private void checkParameters(QueryString query) {
    for (QueryString.Parameter each : query.parameters()) {
      String name = each.name();
      if (name.equals("X-Amz-Security-Token")) {
        throw HeaderRules.temporaryKey();
      }
      boolean known =
          shape.knows(name)
              || SIGNATURE.contains(name)
              || (name.equals("x-id") && each.value().equals(title));
      if (!known) {
        throw Faults.notImplemented("the query parameter '" + name + "' of " + title);
      }
    }
  }
}
