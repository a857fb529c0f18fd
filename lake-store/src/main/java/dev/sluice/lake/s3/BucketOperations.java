package dev.sluice.lake.s3;

import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.Deletion;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations on buckets, and the deletion of many objects at once. */
final class BucketOperations {
  static final String OWNER = "sluice";
  private static final int MAX_DOOMED = 1000;

  private final ObjectStore store;

  BucketOperations(ObjectStore store) {
    this.store = store;
  }

  S3Answer list() {
    XmlWriter xml = new XmlWriter().open("ListAllMyBucketsResult", Answers.NAMESPACE);
    owner(xml, "Owner");
    xml.open("Buckets");
    for (Bucket each : store.listBuckets()) {
      xml.open("Bucket")
          .text("Name", each.name())
          .text("CreationDate", Answers.isoDate(each.created()))
          .close();
    }
    return S3Answer.xml(xml.close().close().document());
  }

  static void owner(XmlWriter xml, String element) {
    xml.open(element).text("ID", OWNER).text("DisplayName", OWNER).close();
  }

  S3Answer create(S3Request request, Intake.Document body) {
    String region = "";
    if (!body.empty()) {
      XmlNode node = body.xml();
      if (!node.name().equals("CreateBucketConfiguration")) {
        throw Faults.malformedXml();
      }
      for (XmlNode each : node.children()) {
        if (!each.name().equals("LocationConstraint")) {
          throw Faults.notImplemented(each.name() + " in CreateBucketConfiguration");
        }
      }
      region = node.text("LocationConstraint").orElse("");
    }
    store.createBucket(request.theBucket(), region);
    return S3Answer.empty(200, Map.of("location", "/" + request.theBucket()));
  }

  S3Answer head(S3Request request) {
    Bucket bucket = store.bucket(request.theBucket());
    return S3Answer.empty(200, Map.of("x-amz-bucket-region", region(bucket)));
  }

  private static String region(Bucket bucket) {
    return bucket.region().isEmpty() ? "us-east-1" : bucket.region();
  }

  S3Answer delete(S3Request request) {
    store.deleteBucket(request.theBucket());
    return S3Answer.empty(204, Map.of());
  }

  S3Answer location(S3Request request) {
    Bucket bucket = store.bucket(request.theBucket());
    return S3Answer.xml(
        new XmlWriter()
            .open("LocationConstraint", Answers.NAMESPACE)
            .value(bucket.region())
            .close()
            .document());
  }

  S3Answer versioning(S3Request request) {
    Bucket bucket = store.bucket(request.theBucket());
    XmlWriter xml = new XmlWriter().open("VersioningConfiguration", Answers.NAMESPACE);
    if (bucket.versioning() != Bucket.Versioning.OFF) {
      boolean enabled = bucket.versioning() == Bucket.Versioning.ENABLED;
      xml.text("Status", enabled ? "Enabled" : "Suspended");
    }
    return S3Answer.xml(xml.close().document());
  }

  S3Answer setVersioning(S3Request request, Intake.Document body) {
    XmlNode node = body.xml();
    if (!node.name().equals("VersioningConfiguration")) {
      throw Faults.malformedXml();
    }
    if (node.text("MfaDelete").orElse("Disabled").equals("Enabled")) {
      throw Faults.notImplemented("MfaDelete");
    }
    Bucket.Versioning state =
        switch (node.text("Status").orElse("")) {
          case "Enabled" -> Bucket.Versioning.ENABLED;
          case "Suspended" -> Bucket.Versioning.SUSPENDED;
          default -> throw Faults.malformedXml();
        };
    store.setVersioning(request.theBucket(), state);
    return S3Answer.empty(200, Map.of());
  }

  S3Answer deleteObjects(S3Request request, Intake.Document body) {
    XmlNode node = body.xml();
    List<XmlNode> objects = node.children("Object");
    if (!node.name().equals("Delete") || objects.isEmpty() || objects.size() > MAX_DOOMED) {
      throw Faults.malformedXml();
    }
    boolean quiet = node.text("Quiet").orElse("false").equals("true");
    List<ObjectStore.Doomed> doomed = new ArrayList<>();
    for (XmlNode each : objects) {
      for (XmlNode detail : each.children()) {
        if (!detail.name().equals("Key") && !detail.name().equals("VersionId")) {
          throw Faults.notImplemented(detail.name() + " in Delete");
        }
      }
      doomed.add(
          new ObjectStore.Doomed(
              each.text("Key").orElseThrow(Faults::malformedXml),
              each.text("VersionId").filter(id -> !id.isEmpty())));
    }
    List<ObjectStore.Outcome> outcomes = store.deleteAll(request.theBucket(), doomed);
    XmlWriter xml = new XmlWriter().open("DeleteResult", Answers.NAMESPACE);
    for (ObjectStore.Outcome each : outcomes) {
      outcome(xml, each, quiet);
    }
    return S3Answer.xml(xml.close().document());
  }

  private static void outcome(XmlWriter xml, ObjectStore.Outcome outcome, boolean quiet) {
    ObjectStore.Doomed doomed = outcome.doomed();
    if (outcome.failure().isPresent()) {
      StoreException failure = outcome.failure().get();
      xml.open("Error").text("Key", doomed.key());
      doomed.versionId().ifPresent(id -> xml.text("VersionId", id));
      xml.text("Code", Faults.of(failure).code()).text("Message", failure.getMessage()).close();
    } else if (!quiet) {
      xml.open("Deleted").text("Key", doomed.key());
      doomed.versionId().ifPresent(id -> xml.text("VersionId", id));
      Optional<Deletion> deletion = outcome.deletion();
      if (deletion.isPresent() && deletion.get() instanceof Deletion.Hidden hidden) {
        xml.text("DeleteMarker", "true").text("DeleteMarkerVersionId", hidden.markerId());
      } else if (deletion.isPresent()
          && deletion.get() instanceof Deletion.Removed removed
          && removed.marker()) {
        xml.text("DeleteMarker", "true").text("DeleteMarkerVersionId", removed.versionId());
      }
      xml.close();
    }
  }

  S3Answer deleteObject(S3Request request) {
    Optional<String> versionId = request.versionId();
    Condition condition = new Condition(request.etags("if-match"), List.of());
    if (versionId.isPresent() && !condition.ifMatch().isEmpty()) {
      throw Faults.notImplemented("if-match together with versionId");
    }
    Deletion deletion =
        versionId.isPresent()
            ? store.deleteVersion(request.theBucket(), request.theKey(), versionId.get())
            : store.delete(request.theBucket(), request.theKey(), condition);
    if (deletion instanceof Deletion.Hidden hidden) {
      return S3Answer.empty(
          204, Map.of("x-amz-delete-marker", "true", "x-amz-version-id", hidden.markerId()));
    }
    if (deletion instanceof Deletion.Removed removed && versionId.isPresent()) {
      return S3Answer.empty(
          204,
          removed.marker()
              ? Map.of("x-amz-delete-marker", "true", "x-amz-version-id", removed.versionId())
              : Map.of("x-amz-version-id", removed.versionId()));
    }
    return S3Answer.empty(
        204, versionId.map(id -> Map.of("x-amz-version-id", id)).orElse(Map.of()));
  }
}
