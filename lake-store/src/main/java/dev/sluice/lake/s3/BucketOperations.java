package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.access.Target;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations on buckets. */
final class BucketOperations {
  private static final String STANDARD = "us-east-1";
  private static final int MAX_BUCKETS = 10_000;

  private final ObjectStore store;
  private final BucketSettings settings;

  BucketOperations(ObjectStore store, BucketSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /** The account's buckets that the caller may know of, a page at a time. */
  S3Answer list(S3Request request, Doorman.Visit visit) {
    String prefix = request.parameter("prefix");
    String region = request.parameter("bucket-region");
    Optional<String> token =
        request.query().first("continuation-token").filter(each -> !each.isEmpty());
    int max = request.number("max-buckets", MAX_BUCKETS, MAX_BUCKETS);
    if (max == 0) {
      throw Faults.invalidArgument("max-buckets must be an integer between 1 and 10000");
    }
    List<Bucket> seen =
        store
            .listBuckets(visit.account(), prefix, token.map(Token::decode).orElse(""), MAX_BUCKETS)
            .stream()
            .filter(each -> region.isEmpty() || region(each).equals(region))
            .filter(each -> visible(each, visit))
            .limit(max + 1L)
            .toList();
    List<Bucket> page = seen.subList(0, Math.min(max, seen.size()));
    XmlWriter xml = new XmlWriter().open("ListAllMyBucketsResult", Answers.NAMESPACE);
    owner(xml, "Owner", visit.account());
    xml.open("Buckets");
    for (Bucket each : page) {
      xml.open("Bucket")
          .text("Name", each.name())
          .text("CreationDate", Answers.isoDate(each.created()))
          .text("BucketRegion", region(each))
          .close();
    }
    xml.close();
    if (seen.size() > max) {
      xml.text("ContinuationToken", Token.encode(page.get(max - 1).name()));
    }
    if (!prefix.isEmpty()) {
      xml.text("Prefix", prefix);
    }
    return S3Answer.xml(xml.close().document());
  }

  private static boolean visible(Bucket bucket, Doorman.Visit visit) {
    return visit.may(Operation.LIST_BUCKETS, Right.READ, new Target.Bucket(bucket.name()));
  }

  static void owner(XmlWriter xml, String element, String account) {
    xml.open(element).text("ID", account).text("DisplayName", account).close();
  }

  S3Answer create(S3Request request, Intake.Document body, Doorman.Visit visit) {
    String region = "";
    Map<String, String> tags = Map.of();
    if (!body.empty()) {
      XmlNode node = body.xml();
      if (!node.name().equals("CreateBucketConfiguration")) {
        throw Faults.malformedXml();
      }
      for (XmlNode each : node.children()) {
        if (each.name().equals("Tags")) {
          tags = Tags.ofSet(each, Tags.Of.BUCKET);
        } else if (!each.name().equals("LocationConstraint")) {
          throw Faults.notImplemented(each.name() + " in CreateBucketConfiguration");
        }
      }
      region = constraint(node.text("LocationConstraint").orElse("").trim());
    }
    store.createBucket(request.theBucket(), visit.account(), region);
    if (!tags.isEmpty()) {
      settings.setTags(request.theBucket(), tags);
    }
    return S3Answer.empty(200, Map.of("location", "/" + request.theBucket()));
  }

  /** Any region will do: one machine is in all of them. Empty stands for us-east-1. */
  private static String constraint(String region) {
    if (!region.matches("[A-Za-z0-9-]{0,63}")) {
      throw new AwsFault(
          400, "InvalidLocationConstraint", "The specified location-constraint is not valid");
    }
    return region.equals(STANDARD) ? "" : region;
  }

  S3Answer head(S3Request request) {
    Bucket bucket = store.bucket(request.theBucket());
    return S3Answer.empty(200, Map.of("x-amz-bucket-region", region(bucket)));
  }

  private static String region(Bucket bucket) {
    return bucket.region().isEmpty() ? STANDARD : bucket.region();
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
            .value(bucket.region().equals(STANDARD) ? "" : bucket.region())
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
}
