package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Percent;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.access.Target;
import dev.sluice.lake.object.Change;
import dev.sluice.lake.object.ChangeFeed;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.Staged;
import dev.sluice.lake.object.Stages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What we offer beyond S3: the change feed, and changes kept aside until they are published. Their
 * parameters and headers begin with {@code sluice}, so that no client of S3 meets them unasked.
 */
final class Beyond {
  static final String AS_OF = "sluice-as-of";
  static final String CHANGES = "sluice-changes";
  static final String DURABILITY = "sluice-durability";
  static final String STAGE = "sluice-stage";
  static final String PUBLISH = "sluice-publish";
  static final String STAGE_HEADER = "x-sluice-stage";
  private static final String SEQUENCE_HEADER = "x-sluice-sequence";
  private static final int PAGE = 1000;

  private final ObjectStore store;

  Beyond(ObjectStore store) {
    this.store = store;
  }

  /** The sequence as of which the request wants to see the bucket. */
  static OptionalLong asOf(S3Request request) {
    return request.query().has(AS_OF)
        ? OptionalLong.of(sequence(request, AS_OF))
        : OptionalLong.empty();
  }

  private static long sequence(S3Request request, String parameter) {
    String text = request.parameter(parameter);
    if (!Numbers.digits(text, 18)) {
      throw Faults.invalidArgument(parameter + " is not a sequence number");
    }
    return Long.parseLong(text);
  }

  /** The stage a write is to be kept aside in. */
  static Optional<String> stage(S3Request request) {
    return request.header(STAGE_HEADER);
  }

  /** The headers of the answer to a write: of its version and commit, or of its stage. */
  static Map<String, String> written(S3Request request, ObjectVersion version) {
    Map<String, String> headers = new HashMap<>(Answers.versionHeader(version));
    Optional<String> stage = stage(request);
    if (stage.isPresent()) {
      headers.put(STAGE_HEADER, stage.get());
    } else {
      headers.putAll(committed(OptionalLong.of(version.sequence())));
    }
    return headers;
  }

  /** The header that tells a commit's sequence. */
  static Map<String, String> committed(OptionalLong sequence) {
    return sequence.isPresent()
        ? Map.of(SEQUENCE_HEADER, Long.toString(sequence.getAsLong()))
        : Map.of();
  }

  S3Answer changes(S3Request request) {
    long after =
        request.query().has("after")
            ? sequence(request, "after")
            : store.changes().begin(request.theBucket());
    UnaryOperator<String> encode = encoding(request);
    ChangeFeed.Answer answer =
        store.changes().after(request.theBucket(), after, request.number("max", PAGE, PAGE));
    if (answer instanceof ChangeFeed.Answer.Gap gap) {
      throw new AwsFault(
          410, "ChangesTrimmed", "The changes up to sequence " + gap.floor() + " are trimmed");
    }
    if (answer instanceof ChangeFeed.Answer.Ahead ahead) {
      throw Faults.invalidArgument(
          "There is no sequence " + after + " yet: the last one is " + ahead.latest());
    }
    ChangeFeed.Answer.Page page = (ChangeFeed.Answer.Page) answer;
    XmlWriter xml = new XmlWriter().open("ListChangesResult");
    xml.text("Bucket", request.theBucket())
        .number("After", after)
        .number("Next", page.next())
        .text("IsTruncated", Boolean.toString(page.more()));
    for (Change each : page.changes()) {
      xml.open("Change")
          .number("Sequence", each.sequence())
          .number("Ordinal", each.ordinal())
          .text("Kind", each.kind().word())
          .text("Key", encode.apply(each.key()))
          .text("VersionId", each.versionId())
          .number("Size", each.size())
          .text("ETag", Answers.quoted(each.etag()))
          .text("Time", Answers.isoDate(each.time()))
          .close();
    }
    return S3Answer.xml(xml.close().document());
  }

  private static UnaryOperator<String> encoding(S3Request request) {
    String type = request.parameter("encoding-type");
    if (!type.isEmpty() && !type.equals("url")) {
      throw Faults.invalidArgument("Invalid Encoding Method specified in Request");
    }
    return type.isEmpty() ? UnaryOperator.identity() : Percent::encodePath;
  }

  /** What is in a stage; the names of all stages if none is named. */
  S3Answer stages(S3Request request) {
    String bucket = request.theBucket();
    String name = request.parameter(STAGE);
    XmlWriter xml = new XmlWriter();
    if (name.isEmpty()) {
      store.bucket(bucket);
      xml.open("ListStagesResult").text("Bucket", bucket);
      store.stages().names(bucket).forEach(each -> xml.text("Stage", each));
      return S3Answer.xml(xml.close().document());
    }
    UnaryOperator<String> encode = encoding(request);
    int max = Math.max(1, request.number("max", PAGE, PAGE));
    List<Staged> found = store.stages().list(bucket, name, request.parameter("after"), max + 1);
    if (found.isEmpty() && request.parameter("after").isEmpty()) {
      throw noSuchStage(name);
    }
    List<Staged> page = found.subList(0, Math.min(max, found.size()));
    xml.open("ListStageResult")
        .text("Bucket", bucket)
        .text("Stage", name)
        .text("IsTruncated", Boolean.toString(found.size() > max));
    for (Staged each : page) {
      xml.open("Staged")
          .text("Kind", each.version().isPresent() ? "put" : "delete")
          .text("Key", encode.apply(each.key()));
      each.version()
          .ifPresent(
              version ->
                  xml.number("Size", version.size()).text("ETag", Answers.quoted(version.etag())));
      each.condition().ifMatch().forEach(etag -> xml.text("IfMatch", etag));
      each.condition().ifNoneMatch().forEach(etag -> xml.text("IfNoneMatch", etag));
      xml.text("Since", Answers.isoDate(each.since())).close();
    }
    return S3Answer.xml(xml.close().document());
  }

  private static AwsFault noSuchStage(String name) {
    return new AwsFault(404, "NoSuchStage", "There is no stage '" + name + "' in this bucket");
  }

  S3Answer publish(S3Request request, Doorman.Visit visit) {
    String bucket = request.theBucket();
    String name = request.parameter(PUBLISH);
    Stages.Published published =
        store.stages().publish(bucket, name, permit(bucket, Operation.PUBLISH_STAGE, visit));
    String document =
        new XmlWriter()
            .open("PublishStageResult")
            .text("Bucket", bucket)
            .text("Stage", name)
            .number("Sequence", published.sequence())
            .number("Keys", published.keys())
            .close()
            .document();
    return S3Answer.xml(document, committed(OptionalLong.of(published.sequence())));
  }

  S3Answer drop(S3Request request, Doorman.Visit visit) {
    String bucket = request.theBucket();
    store
        .stages()
        .drop(bucket, request.parameter(STAGE), permit(bucket, Operation.DROP_STAGE, visit));
    return S3Answer.empty(204, Map.of());
  }

  /** What ends a stage takes the right to write each of its keys. */
  private static Consumer<String> permit(String bucket, Operation operation, Doorman.Visit visit) {
    return key -> visit.require(operation, Right.WRITE, new Target.Key(bucket, key));
  }
}
