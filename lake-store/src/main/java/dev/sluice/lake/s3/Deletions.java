package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.access.Decision;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.access.Target;
import dev.sluice.lake.object.Deletion;
import dev.sluice.lake.object.Expectation;
import dev.sluice.lake.object.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Deletes of one object, and of many at once. */
final class Deletions {
  private static final int MAX_DOOMED = 1000;
  private static final Set<String> DETAILS =
      Set.of("Key", "VersionId", "ETag", "LastModifiedTime", "Size");

  private final ObjectStore store;

  Deletions(ObjectStore store) {
    this.store = store;
  }

  S3Answer one(S3Request request) {
    Optional<String> versionId = request.versionId();
    Expectation expected =
        new Expectation(
            request.etags("if-match"),
            request.header("x-amz-if-match-last-modified-time").map(Deletions::time),
            request.header("x-amz-if-match-size").map(Deletions::size));
    Deletion deletion =
        store.delete(
            request.theBucket(), new ObjectStore.Doomed(request.theKey(), versionId, expected));
    Map<String, String> headers = new HashMap<>();
    versionId.ifPresent(id -> headers.put("x-amz-version-id", id));
    if (deletion instanceof Deletion.Hidden hidden) {
      headers.put("x-amz-delete-marker", "true");
      headers.put("x-amz-version-id", hidden.markerId());
    } else if (deletion instanceof Deletion.Removed removed && removed.marker()) {
      headers.put("x-amz-delete-marker", "true");
    }
    return S3Answer.empty(204, headers);
  }

  private static Instant time(String text) {
    return Answers.parseHttpDate(text)
        .or(() -> Answers.parseIsoDate(text))
        .orElseThrow(() -> Faults.invalidArgument("'" + text + "' is not a time"));
  }

  private static long size(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw Faults.invalidArgument("'" + text + "' is not a size");
    }
    return Long.parseLong(text);
  }

  /** Each key is decided and deleted by itself; the answer says what became of each. */
  S3Answer all(S3Request request, Intake.Document body, Doorman.Visit visit) {
    XmlNode node = body.xml();
    List<XmlNode> objects = node.children("Object");
    if (!node.name().equals("Delete") || objects.isEmpty() || objects.size() > MAX_DOOMED) {
      throw Faults.malformedXml();
    }
    boolean quiet = node.text("Quiet").orElse("false").trim().equals("true");
    String bucket = request.theBucket();
    List<ObjectStore.Doomed> allowed = new ArrayList<>();
    XmlWriter xml = new XmlWriter().open("DeleteResult", Answers.NAMESPACE);
    for (XmlNode each : objects) {
      ObjectStore.Doomed doomed = doomed(each);
      Target target = new Target.Key(bucket, doomed.key());
      Decision decision = visit.decide(Operation.DELETE_OBJECTS, Right.WRITE, target);
      if (decision instanceof Decision.Denied denied) {
        error(xml, doomed, Faults.denied(denied.why()));
      } else {
        allowed.add(doomed);
      }
    }
    for (ObjectStore.Outcome each : store.deleteAll(bucket, allowed)) {
      outcome(xml, each, quiet);
    }
    return S3Answer.xml(xml.close().document());
  }

  private static ObjectStore.Doomed doomed(XmlNode object) {
    for (XmlNode detail : object.children()) {
      if (!DETAILS.contains(detail.name())) {
        throw Faults.notImplemented(detail.name() + " in Delete");
      }
    }
    Expectation expected =
        new Expectation(
            object.text("ETag").map(each -> each.replace("\"", "").trim()).stream().toList(),
            object.text("LastModifiedTime").map(String::trim).map(Deletions::time),
            object.text("Size").map(String::trim).map(Deletions::size));
    return new ObjectStore.Doomed(
        object.text("Key").orElseThrow(Faults::malformedXml),
        object.text("VersionId").filter(id -> !id.isEmpty()),
        expected);
  }

  private static void error(XmlWriter xml, ObjectStore.Doomed doomed, AwsFault fault) {
    xml.open("Error").text("Key", doomed.key());
    doomed.versionId().ifPresent(id -> xml.text("VersionId", id));
    xml.text("Code", fault.code()).text("Message", fault.getMessage()).close();
  }

  private static void outcome(XmlWriter xml, ObjectStore.Outcome outcome, boolean quiet) {
    ObjectStore.Doomed doomed = outcome.doomed();
    if (outcome.failure().isPresent()) {
      error(xml, doomed, Faults.of(outcome.failure().get()));
      return;
    }
    if (quiet) {
      return;
    }
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
