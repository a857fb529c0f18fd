package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import java.util.Map;

/** The tags of objects. */
final class TagOperations {
  private final ObjectStore store;

  TagOperations(ObjectStore store) {
    this.store = store;
  }

  S3Answer get(S3Request request) {
    ObjectVersion version =
        store
            .find(request.theBucket(), request.theKey(), request.versionId())
            .orElseThrow(Faults::noSuchKey);
    if (version.deleteMarker()) {
      AwsFault fault =
          request.versionId().isPresent() ? Faults.methodNotAllowed() : Faults.noSuchKey();
      throw new MarkerFault(fault, version.id());
    }
    return S3Answer.xml(Tags.document(version.attributes().tags()), Answers.versionHeader(version));
  }

  S3Answer put(S3Request request, Intake.Document body) {
    return S3Answer.empty(200, set(request, Tags.of(body.xml(), Tags.Of.OBJECT)));
  }

  S3Answer delete(S3Request request) {
    return S3Answer.empty(204, set(request, Map.of()));
  }

  private Map<String, String> set(S3Request request, Map<String, String> tags) {
    return Answers.versionHeader(
        store.tag(request.theBucket(), request.theKey(), request.versionId(), tags));
  }
}
