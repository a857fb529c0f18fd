package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.QueryString;
import dev.sluice.awswire.XmlNode;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectStore;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be set of a bucket: tags, cross-origin rules; and the encryption there is not. */
final class BucketSettings {
  private static final String TAGS = "tags";
  private static final String CORS = "cors";

  private final ObjectStore store;

  BucketSettings(ObjectStore store) {
    this.store = store;
  }

  S3Answer tags(S3Request request) {
    String tags = store.bucket(request.theBucket()).settings().get(TAGS);
    if (tags == null) {
      throw new AwsFault(404, "NoSuchTagSet", "The TagSet does not exist");
    }
    Map<String, String> decoded = new TreeMap<>();
    QueryString.parse(tags).parameters().forEach(each -> decoded.put(each.name(), each.value()));
    return S3Answer.xml(Tags.document(decoded));
  }

  S3Answer setTags(S3Request request, Intake.Document body) {
    setTags(request.theBucket(), Tags.of(body.xml(), Tags.Of.BUCKET));
    return S3Answer.empty(204, Map.of());
  }

  /** Nothing is set where there is no tag, as S3 has it. */
  void setTags(String bucket, Map<String, String> tags) {
    store.setBucket(bucket, TAGS, Optional.of(Tags.encoded(tags)).filter(text -> !text.isEmpty()));
  }

  S3Answer deleteTags(S3Request request) {
    return delete(request, TAGS);
  }

  S3Answer cors(S3Request request) {
    return S3Answer.xml(
        rules(store.bucket(request.theBucket()))
            .orElseThrow(
                () ->
                    new AwsFault(
                        404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"))
            .document());
  }

  S3Answer setCors(S3Request request, Intake.Document body) {
    CorsRules rules = CorsRules.of(body.xml());
    store.setBucket(request.theBucket(), CORS, Optional.of(rules.document()));
    return S3Answer.empty(200, Map.of());
  }

  S3Answer deleteCors(S3Request request) {
    return delete(request, CORS);
  }

  /** The cross-origin rules of a bucket, where it has some. */
  static Optional<CorsRules> rules(Bucket bucket) {
    return Optional.ofNullable(bucket.settings().get(CORS)).map(XmlNode::parse).map(CorsRules::of);
  }

  /** The truth: what lies on our disk is not encrypted by us. */
  S3Answer encryption(S3Request request) {
    store.bucket(request.theBucket());
    throw new AwsFault(
        404,
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found");
  }

  S3Answer setEncryption(S3Request request) {
    store.bucket(request.theBucket());
    throw Faults.notImplemented("encryption by the server; what is stored is not encrypted");
  }

  /** There is none before, and none after. */
  S3Answer deleteEncryption(S3Request request) {
    store.bucket(request.theBucket());
    return S3Answer.empty(204, Map.of());
  }

  private S3Answer delete(S3Request request, String setting) {
    store.setBucket(request.theBucket(), setting, Optional.empty());
    return S3Answer.empty(204, Map.of());
  }
}
