package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.QueryString;
import dev.sluice.lake.access.Right;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks for: the first operation, in this order, whose method, level, parameters and
 * header fit. A parameter that the operation does not name is a feature we do not have.
 */
enum Operation {
  LIST_BUCKETS("GET", Level.SERVICE, Right.READ, Body.NONE, "", ""),

  GET_BUCKET_LOCATION("GET", Level.BUCKET, Right.READ, Body.NONE, "location", ""),
  GET_BUCKET_VERSIONING("GET", Level.BUCKET, Right.READ, Body.NONE, "versioning", ""),
  LIST_OBJECT_VERSIONS(
      "GET",
      Level.BUCKET,
      Right.READ,
      Body.NONE,
      "versions",
      "prefix delimiter key-marker version-id-marker max-keys encoding-type"),
  LIST_MULTIPART_UPLOADS(
      "GET",
      Level.BUCKET,
      Right.READ,
      Body.NONE,
      "uploads",
      "prefix delimiter key-marker upload-id-marker max-uploads encoding-type"),
  LIST_OBJECTS_V2(
      "GET",
      Level.BUCKET,
      Right.READ,
      Body.NONE,
      "list-type",
      "prefix delimiter start-after continuation-token max-keys encoding-type fetch-owner"),
  LIST_OBJECTS(
      "GET",
      Level.BUCKET,
      Right.READ,
      Body.NONE,
      "",
      "prefix delimiter marker max-keys encoding-type"),
  PUT_BUCKET_VERSIONING("PUT", Level.BUCKET, Right.OWN, Body.DOCUMENT, "versioning", ""),
  CREATE_BUCKET("PUT", Level.BUCKET, Right.OWN, Body.DOCUMENT, "", ""),
  HEAD_BUCKET("HEAD", Level.BUCKET, Right.READ, Body.NONE, "", ""),
  DELETE_BUCKET("DELETE", Level.BUCKET, Right.OWN, Body.NONE, "", ""),
  DELETE_OBJECTS("POST", Level.BUCKET, Right.WRITE, Body.DOCUMENT, "delete", ""),
  /** A form, as a browser sends it. */
  POST_OBJECT("POST", Level.BUCKET, Right.WRITE, Body.FORM, "", ""),

  LIST_PARTS(
      "GET",
      Level.OBJECT,
      Right.READ,
      Body.NONE,
      "uploadId",
      "max-parts part-number-marker encoding-type"),
  GET_OBJECT_TAGGING("GET", Level.OBJECT, Right.READ, Body.NONE, "tagging", "versionId"),
  GET_OBJECT(
      "GET", Level.OBJECT, Right.READ, Body.NONE, "", "versionId partNumber " + Answers.OVERRIDES),
  HEAD_OBJECT(
      "HEAD", Level.OBJECT, Right.READ, Body.NONE, "", "versionId partNumber " + Answers.OVERRIDES),
  UPLOAD_PART("PUT", Level.OBJECT, Right.WRITE, Body.OBJECT, "uploadId partNumber", ""),
  PUT_OBJECT("PUT", Level.OBJECT, Right.WRITE, Body.OBJECT, "", ""),
  CREATE_MULTIPART_UPLOAD("POST", Level.OBJECT, Right.WRITE, Body.NONE, "uploads", ""),
  COMPLETE_MULTIPART_UPLOAD("POST", Level.OBJECT, Right.WRITE, Body.DOCUMENT, "uploadId", ""),
  ABORT_MULTIPART_UPLOAD("DELETE", Level.OBJECT, Right.WRITE, Body.NONE, "uploadId", ""),
  DELETE_OBJECT("DELETE", Level.OBJECT, Right.WRITE, Body.NONE, "", "versionId"),

  /** Chosen by the header {@code x-amz-copy-source}, never by {@link #choose}'s first pass. */
  COPY_OBJECT("PUT", Level.OBJECT, Right.WRITE, Body.NONE, "", ""),
  UPLOAD_PART_COPY("PUT", Level.OBJECT, Right.WRITE, Body.NONE, "uploadId partNumber", "");

  /** What the path names. */
  enum Level {
    SERVICE,
    BUCKET,
    OBJECT
  }

  /** What the body is: none, a small document, bytes for the store, or a form that holds them. */
  enum Body {
    NONE,
    DOCUMENT,
    OBJECT,
    FORM
  }

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS");

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

  private final String method;
  private final Level level;
  private final Right right;
  private final Body body;
  private final String required;
  private final String optional;

  Operation(String method, Level level, Right right, Body body, String required, String optional) {
    this.method = method;
    this.level = level;
    this.right = right;
    this.body = body;
    this.required = required;
    this.optional = optional;
  }

  private static Set<String> words(String text) {
    return text.isBlank() ? Set.of() : Set.copyOf(Arrays.asList(text.trim().split(" +", -1)));
  }

  Right right() {
    return right;
  }

  Body body() {
    return body;
  }

  /** The name in AWS's documentation, for metrics and messages. */
  String title() {
    StringBuilder title = new StringBuilder();
    for (String word : name().split("_", -1)) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }

  static Operation choose(S3Request request) {
    String method = request.method();
    if (!METHODS.contains(method)) {
      throw new AwsFault(
          405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }
    Level level =
        request.bucket().isEmpty()
            ? Level.SERVICE
            : request.key().isEmpty() ? Level.BUCKET : Level.OBJECT;
    QueryString query = request.query();
    Optional<Operation> chosen =
        Arrays.stream(values())
            .filter(each -> each.method.equals(method) && each.level == level)
            .filter(each -> words(each.required).stream().allMatch(query::has))
            .findFirst();
    Operation operation =
        chosen.orElseThrow(() -> Faults.notImplemented(method + " on this resource"));
    if (request.header("x-amz-copy-source").isPresent()) {
      operation = operation.copying();
    }
    operation.checkParameters(query);
    return operation;
  }

  private Operation copying() {
    if (this == PUT_OBJECT) {
      return COPY_OBJECT;
    }
    if (this == UPLOAD_PART) {
      return UPLOAD_PART_COPY;
    }
    throw Faults.notImplemented("x-amz-copy-source with " + title());
  }

  private void checkParameters(QueryString query) {
    for (QueryString.Parameter each : query.parameters()) {
      String name = each.name();
      boolean known =
          words(required).contains(name)
              || words(optional).contains(name)
              || (name.equals("x-id") && each.value().equals(title()))
              || SIGNATURE.contains(name);
      if (name.equals("X-Amz-Security-Token")) {
        throw HeaderRules.temporaryKey();
      }
      if (!known) {
        throw Faults.notImplemented("the query parameter '" + name + "' of " + title());
      }
    }
  }
}
