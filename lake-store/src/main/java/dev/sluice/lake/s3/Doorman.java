package dev.sluice.lake.s3;

import dev.sluice.awswire.Verification;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.access.AccessRequest;
import dev.sluice.lake.access.Caller;
import dev.sluice.lake.access.Decision;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.access.Target;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectStore;
import java.time.Instant;
import java.util.Optional;

/** Puts what requests want to do to {@link Access#decide}. */
final class Doorman {
  private final Access access;
  private final ObjectStore store;

  Doorman(Access access, ObjectStore store) {
    this.access = access;
    this.store = store;
  }

  /** One caller at one moment. */
  final class Visit {
    private final Caller caller;
    private final Instant at;

    private Visit(Caller caller, Instant at) {
      this.caller = caller;
      this.at = at;
    }

    /** Whose buckets the caller sees and creates. */
    String account() {
      return access.account(caller).orElse(AccessKey.MAIN);
    }

    Decision decide(Operation operation, Right right, Target target) {
      return access.decide(
          new AccessRequest(caller, at, operation.title(), right, target, owner(target)));
    }

    boolean may(Operation operation, Right right, Target target) {
      return decide(operation, right, target) instanceof Decision.Allowed;
    }

    /** Goes on, or refuses. */
    void require(Operation operation, Right right, Target target) {
      if (decide(operation, right, target) instanceof Decision.Denied denied) {
        throw Faults.denied(denied.why());
      }
    }

    /** For a form, whose fields name the key. */
    void requireWrite(S3Request put) {
      require(Operation.POST_OBJECT, Right.WRITE, new Target.Key(put.theBucket(), put.theKey()));
    }

    /** Whether a bucket of that name may be made is not for its present owner to say. */
    void requireNew(String bucket) {
      Operation operation = Operation.CREATE_BUCKET;
      AccessRequest request =
          new AccessRequest(
              caller,
              at,
              operation.title(),
              operation.shape().right(),
              new Target.Bucket(bucket),
              Optional.empty());
      if (access.decide(request) instanceof Decision.Denied denied) {
        throw Faults.denied(denied.why());
      }
    }
  }

  Visit visit(Verification verification, Instant now) {
    return visit(
        verification instanceof Verification.Verified verified
            ? new Caller.KeyHolder(verified.accessKey())
            : new Caller.Anonymous(),
        now);
  }

  Visit visit(Caller caller, Instant now) {
    return new Visit(caller, now);
  }

  /** Lets a request in whose operation the caller may perform where the path says. */
  Visit admit(S3Request request, Operation operation, Verification verification, Instant now) {
    Visit visit = visit(verification, now);
    if (operation == Operation.CREATE_BUCKET) {
      visit.requireNew(request.theBucket());
      return visit;
    }
    visit.require(operation, operation.shape().right(), target(request, operation.shape()));
    if (operation == Operation.COPY_OBJECT || operation == Operation.UPLOAD_PART_COPY) {
      visit.require(operation, Right.READ, CopySource.of(request).target());
    }
    return visit;
  }

  private static Target target(S3Request request, Shape shape) {
    if (shape.scope() == Shape.Scope.PREFIX) {
      return new Target.Listing(request.theBucket(), request.parameter("prefix"));
    }
    return switch (shape.level()) {
      case SERVICE -> new Target.Buckets();
      case BUCKET -> new Target.Bucket(request.theBucket());
      case OBJECT -> new Target.Key(request.theBucket(), request.theKey());
    };
  }

  private Optional<String> owner(Target target) {
    if (target instanceof Target.Bucket one) {
      return owner(one.name());
    }
    if (target instanceof Target.Listing listing) {
      return owner(listing.bucket());
    }
    return target instanceof Target.Key key ? owner(key.bucket()) : Optional.empty();
  }

  private Optional<String> owner(String bucket) {
    return store.findBucket(bucket).map(Bucket::account);
  }
}
