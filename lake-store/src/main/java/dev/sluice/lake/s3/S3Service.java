package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.BodyDecoder;
import dev.sluice.awswire.Verification;
import dev.sluice.awswire.Verifier;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.StoreException;
import dev.sluice.lake.object.Upload;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** S3 without a network: admits a request, then performs it. Both block on the disk. */
final class S3Service {
  private final ObjectStore store;
  private final Verifier verifier;
  private final Doorman doorman;
  private final InstantSource clock;
  private final long maxDocument;
  private final HostNames hosts;
  private final BucketOperations buckets;
  private final BucketSettings bucketSettings;
  private final CrossOrigin crossOrigin;
  private final Deletions deletions;
  private final TagOperations tags;
  private final ObjectFacts facts;
  private final ObjectReads reads;
  private final ObjectWrites writes;
  private final MultipartOperations multipart;
  private final Listings listings;
  private final FormPosts forms;
  private final Beyond beyond;

  S3Service(ObjectStore store, Access access, InstantSource clock, S3Settings settings) {
    this.store = store;
    this.verifier = new Verifier("s3", key -> access.credential(key, clock.instant()));
    this.doorman = new Doorman(access, store);
    this.clock = clock;
    this.maxDocument = settings.maxDocument().bytes();
    this.hosts = new HostNames(settings.domains());
    this.bucketSettings = new BucketSettings(store);
    this.buckets = new BucketOperations(store, bucketSettings);
    this.crossOrigin = new CrossOrigin(store);
    this.deletions = new Deletions(store);
    this.tags = new TagOperations(store);
    this.facts = new ObjectFacts(store);
    this.reads = new ObjectReads(store);
    this.writes = new ObjectWrites(store);
    this.multipart = new MultipartOperations(store);
    this.listings = new Listings(store);
    this.beyond = new Beyond(store);
    this.forms =
        new FormPosts(
            store,
            writes,
            key -> access.credential(key, clock.instant()),
            (caller, put) -> doorman.visit(caller, clock.instant()).requireWrite(put),
            clock);
  }

  /** A request that may go on, and where its body is to go. */
  record Admitted(
      S3Request request,
      Doorman.Visit visit,
      Operation operation,
      BodyDecoder decoder,
      Intake intake,
      Optional<Bucket> home) {

    /** Refuses when the bucket is another by now than the one the caller was let into. */
    void requireSame(Optional<Bucket> now) {
      boolean same =
          home.map(Bucket::created).equals(now.map(Bucket::created))
              && home.map(Bucket::account).equals(now.map(Bucket::account));
      if (!same) {
        throw new StoreException(
            StoreException.Reason.NO_SUCH_BUCKET, "The specified bucket does not exist");
      }
    }
  }

  Instant now() {
    return clock.instant();
  }

  /** What a page of another origin is told with whatever answer the request gets. */
  Map<String, String> crossOrigin(WireRequest wire) {
    try {
      return S3Request.of(wire, hosts)
          .bucket()
          .map(bucket -> crossOrigin.headers(wire, bucket))
          .orElse(Map.of());
    } catch (AwsFault e) {
      return Map.of();
    }
  }

  Admitted admit(WireRequest wire) {
    S3Request request = S3Request.of(wire, hosts);
    Instant now = clock.instant();
    if (request.method().equals("OPTIONS")) {
      Doorman.Visit nobody = doorman.visit(new Verification.Anonymous(), now);
      BodyDecoder decoder = BodyDecoder.unsigned(0);
      return new Admitted(
          request, nobody, Operation.PREFLIGHT, decoder, new Intake.None(), Optional.empty());
    }
    Verification verification = verifier.verify(wire, now);
    if (verification instanceof Verification.Rejected rejected) {
      throw rejected.fault();
    }
    Operation operation = Operation.choose(request);
    Optional<Bucket> home = request.bucket().flatMap(store::findBucket);
    if (operation.body() == Shape.Body.FORM) {
      // Its signature is in its fields.
      HeaderRules.check(request, operation);
      return new Admitted(
          request,
          doorman.visit(verification, now),
          operation,
          BodyDecoder.unsigned(bodyLength(request, operation, verification)),
          forms.intake(request, verification),
          home);
    }
    Doorman.Visit visit = doorman.admit(request, operation, verification, now);
    HeaderRules.check(request, operation);
    long length = bodyLength(request, operation, verification);
    BodyDecoder decoder =
        verification instanceof Verification.Verified verified
            ? BodyDecoder.of(verified, length)
            : BodyDecoder.unsigned(length);
    return new Admitted(
        request, visit, operation, decoder, intake(request, operation, length), home);
  }

  private static long bodyLength(
      S3Request request, Operation operation, Verification verification) {
    boolean chunked =
        verification instanceof Verification.Verified verified && verified.payload().chunked();
    String header = chunked ? "x-amz-decoded-content-length" : "content-length";
    Optional<String> length = request.header(header);
    if (length.isEmpty()) {
      boolean mayHaveNone = operation.body() == Shape.Body.NONE && !chunked;
      if (mayHaveNone
          || (!chunked
              && request.header("transfer-encoding").isEmpty()
              && operation.body() == Shape.Body.DOCUMENT)) {
        return 0;
      }
      throw new AwsFault(
          411, "MissingContentLength", "You must provide the " + header + " HTTP header.");
    }
    if (!Numbers.digits(length.get(), 18)) {
      throw Faults.invalidArgument(header + " is not a number");
    }
    long bytes = Long.parseLong(length.get());
    if (operation.body() == Shape.Body.OBJECT && bytes > ObjectStore.MAX_PUT) {
      throw new AwsFault(
          400,
          "EntityTooLarge",
          "Your proposed upload exceeds the maximum allowed size of 5368709120 bytes");
    }
    return bytes;
  }

  private Intake intake(S3Request request, Operation operation, long length) {
    if (operation.body() == Shape.Body.NONE) {
      if (length > 0) {
        throw Faults.notImplemented("a body with " + operation.title());
      }
      return new Intake.None();
    }
    if (operation.body() == Shape.Body.DOCUMENT) {
      return new Intake.Document(BodyChecks.of(request, operation), maxDocument);
    }
    BodyChecks checks = BodyChecks.of(request, operation);
    String bucket = request.theBucket();
    if (operation == Operation.UPLOAD_PART) {
      Upload upload = store.upload(bucket, request.theKey(), request.parameter("uploadId"));
      return new Intake.Stored(
          store.receivePart(upload, checks.algorithms()), checks, Optional.of(upload));
    }
    store.bucket(bucket);
    return new Intake.Stored(store.receive(checks.algorithms()), checks, Optional.empty());
  }

  /** After the body has come in whole. Refusals are thrown, or end the stage. */
  CompletionStage<S3Answer> begin(Admitted admitted) throws IOException {
    if (admitted.operation() != Operation.PUT_OBJECT) {
      return CompletableFuture.completedStage(perform(admitted));
    }
    receive(admitted);
    return writes.begin(admitted.request(), (Intake.Stored) admitted.intake());
  }

  private void receive(Admitted admitted) throws IOException {
    Map<String, String> trailers = admitted.decoder().finish();
    admitted.intake().finish(trailers);
    boolean waited = !(admitted.intake() instanceof Intake.None);
    if (waited && admitted.operation() != Operation.CREATE_BUCKET) {
      // A body may take hours to come in.
      admitted.requireSame(admitted.request().bucket().flatMap(store::findBucket));
    }
  }

  /** As {@link #begin}, for any operation but the putting of an object. */
  S3Answer perform(Admitted admitted) throws IOException {
    receive(admitted);
    if (admitted.intake() instanceof FormIntake form) {
      return forms.perform(form);
    }
    if (admitted.intake() instanceof Intake.Document document) {
      return onDocument(admitted, document);
    }
    return admitted.operation().shape().level() == Shape.Level.OBJECT
        ? onObject(admitted)
        : onBucket(admitted);
  }

  private S3Answer onDocument(Admitted admitted, Intake.Document document) {
    S3Request request = admitted.request();
    return switch (admitted.operation()) {
      case PUT_BUCKET_VERSIONING -> buckets.setVersioning(request, document);
      case PUT_BUCKET_DURABILITY -> bucketSettings.setDurability(request, document);
      case PUT_BUCKET_TAGGING -> bucketSettings.setTags(request, document);
      case PUT_BUCKET_CORS -> bucketSettings.setCors(request, document);
      case PUT_BUCKET_ENCRYPTION -> bucketSettings.setEncryption(request);
      case CREATE_BUCKET -> buckets.create(request, document, admitted.visit());
      case DELETE_OBJECTS -> deletions.all(request, document, admitted.visit());
      case PUT_OBJECT_TAGGING -> tags.put(request, document);
      case COMPLETE_MULTIPART_UPLOAD -> multipart.complete(request, document);
      default -> throw new AssertionError(admitted.operation());
    };
  }

  private S3Answer onBucket(Admitted admitted) {
    S3Request request = admitted.request();
    return switch (admitted.operation()) {
      case LIST_BUCKETS -> buckets.list(request, admitted.visit());
      case PREFLIGHT -> crossOrigin.preflight(request);
      case LIST_CHANGES -> beyond.changes(request);
      case LIST_STAGE -> beyond.stages(request);
      case PUBLISH_STAGE -> beyond.publish(request, admitted.visit());
      case DROP_STAGE -> beyond.drop(request, admitted.visit());
      case GET_BUCKET_LOCATION -> buckets.location(request);
      case GET_BUCKET_VERSIONING -> buckets.versioning(request);
      case GET_BUCKET_DURABILITY -> bucketSettings.durability(request);
      case GET_BUCKET_TAGGING -> bucketSettings.tags(request);
      case GET_BUCKET_CORS -> bucketSettings.cors(request);
      case GET_BUCKET_ENCRYPTION -> bucketSettings.encryption(request);
      case LIST_OBJECT_VERSIONS -> listings.versions(request);
      case LIST_MULTIPART_UPLOADS -> listings.uploads(request);
      case LIST_OBJECTS_V2 -> listings.keysV2(request);
      case LIST_OBJECTS -> listings.keysV1(request);
      case HEAD_BUCKET -> buckets.head(request);
      case DELETE_BUCKET_TAGGING -> bucketSettings.deleteTags(request);
      case DELETE_BUCKET_CORS -> bucketSettings.deleteCors(request);
      case DELETE_BUCKET_ENCRYPTION -> bucketSettings.deleteEncryption(request);
      case DELETE_BUCKET -> buckets.delete(request);
      default -> throw new AssertionError(admitted.operation());
    };
  }

  private S3Answer onObject(Admitted admitted) throws IOException {
    S3Request request = admitted.request();
    return switch (admitted.operation()) {
      case LIST_PARTS -> multipart.listParts(request);
      case GET_OBJECT_TAGGING -> tags.get(request);
      case GET_OBJECT_ATTRIBUTES -> facts.attributes(request);
      case GET_OBJECT, HEAD_OBJECT -> reads.read(request);
      case UPLOAD_PART -> multipart.addPart(request, (Intake.Stored) admitted.intake());
      case CREATE_MULTIPART_UPLOAD -> multipart.create(request);
      case ABORT_MULTIPART_UPLOAD -> multipart.abort(request);
      case DELETE_OBJECT_TAGGING -> tags.delete(request);
      case DELETE_OBJECT -> deletions.one(request);
      case COPY_OBJECT -> writes.copy(request);
      case UPLOAD_PART_COPY -> writes.copyPart(request);
      default -> throw new AssertionError(admitted.operation());
    };
  }
}
