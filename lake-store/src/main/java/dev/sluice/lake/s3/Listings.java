package dev.sluice.lake.s3;

import dev.sluice.awswire.Percent;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.Upload;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The listings of a bucket on the wire. */
final class Listings {
  private static final int MAX = 1000;

  private final ObjectStore store;

  Listings(ObjectStore store) {
    this.store = store;
  }

  /** How keys are written: as they are, or percent-encoded when the client asks for it. */
  private static UnaryOperator<String> encoding(S3Request request) {
    String type = request.parameter("encoding-type");
    if (type.isEmpty()) {
      return UnaryOperator.identity();
    }
    if (!type.equals("url")) {
      throw Faults.invalidArgument("Invalid Encoding Method specified in Request");
    }
    return Percent::encodePath;
  }

  private static Listing.Query query(S3Request request, String marker, String maxName) {
    return new Listing.Query(
        request.parameter("prefix"),
        request.parameter("delimiter"),
        marker,
        request.number(maxName, MAX, MAX));
  }

  S3Answer keysV1(S3Request request) {
    UnaryOperator<String> encode = encoding(request);
    String marker = request.parameter("marker");
    Listing.Query query = query(request, marker, "max-keys");
    Listing.Page page = page(request, query);
    XmlWriter xml = new XmlWriter().open("ListBucketResult", Answers.NAMESPACE);
    head(xml, request, query, encode);
    xml.text("Marker", encode.apply(marker)).number("MaxKeys", query.max());
    xml.text("IsTruncated", Boolean.toString(page.next().isPresent()));
    // As S3 does: without a delimiter the last key is the marker, and none is named.
    page.next()
        .filter(next -> !query.delimiter().isEmpty())
        .ifPresent(next -> xml.text("NextMarker", encode.apply(next)));
    entries(xml, page, encode, owner(request));
    return S3Answer.xml(xml.close().document());
  }

  S3Answer keysV2(S3Request request) {
    if (!request.parameter("list-type").equals("2")) {
      throw Faults.invalidArgument("Invalid List Type specified in Request");
    }
    UnaryOperator<String> encode = encoding(request);
    Optional<String> token = request.query().first("continuation-token");
    String startAfter = request.parameter("start-after");
    Listing.Query query = query(request, token.map(Token::decode).orElse(startAfter), "max-keys");
    Listing.Page page = page(request, query);
    XmlWriter xml = new XmlWriter().open("ListBucketResult", Answers.NAMESPACE);
    head(xml, request, query, encode);
    xml.number("MaxKeys", query.max())
        .number("KeyCount", page.entries().size() + page.prefixes().size())
        .text("IsTruncated", Boolean.toString(page.next().isPresent()));
    token.ifPresent(each -> xml.text("ContinuationToken", each));
    page.next().ifPresent(next -> xml.text("NextContinuationToken", Token.encode(next)));
    if (!startAfter.isEmpty()) {
      xml.text("StartAfter", encode.apply(startAfter));
    }
    entries(
        xml,
        page,
        encode,
        request.parameter("fetch-owner").equals("true") ? owner(request) : Optional.empty());
    return S3Answer.xml(xml.close().document());
  }

  private Optional<String> owner(S3Request request) {
    return Optional.of(store.bucket(request.theBucket()).account());
  }

  private Listing.Page page(S3Request request, Listing.Query query) {
    if (query.max() == 0) {
      store.bucket(request.theBucket());
      return new Listing.Page(List.of(), List.of(), Optional.empty());
    }
    return store.list(request.theBucket(), query);
  }

  private static void head(
      XmlWriter xml, S3Request request, Listing.Query query, UnaryOperator<String> encode) {
    xml.text("Name", request.theBucket()).text("Prefix", encode.apply(query.prefix()));
    if (!query.delimiter().isEmpty()) {
      xml.text("Delimiter", encode.apply(query.delimiter()));
    }
    if (!request.parameter("encoding-type").isEmpty()) {
      xml.text("EncodingType", "url");
    }
  }

  private static void entries(
      XmlWriter xml, Listing.Page page, UnaryOperator<String> encode, Optional<String> owner) {
    for (Listing.Entry each : page.entries()) {
      xml.open("Contents")
          .text("Key", encode.apply(each.key()))
          .text("LastModified", Answers.isoDate(each.modified()))
          .text("ETag", Answers.quoted(each.etag()));
      if (!each.checksumName().isEmpty()) {
        xml.text("ChecksumAlgorithm", each.checksumName());
      }
      xml.number("Size", each.size()).text("StorageClass", "STANDARD");
      owner.ifPresent(account -> BucketOperations.owner(xml, "Owner", account));
      xml.close();
    }
    prefixes(xml, page.prefixes(), encode);
  }

  private static void prefixes(XmlWriter xml, List<String> prefixes, UnaryOperator<String> encode) {
    for (String each : prefixes) {
      xml.open("CommonPrefixes").text("Prefix", encode.apply(each)).close();
    }
  }

  S3Answer versions(S3Request request) {
    UnaryOperator<String> encode = encoding(request);
    String keyMarker = request.parameter("key-marker");
    Optional<String> versionMarker =
        request.query().first("version-id-marker").filter(each -> !each.isEmpty());
    if (versionMarker.isPresent() && keyMarker.isEmpty()) {
      throw Faults.invalidArgument("A version-id marker cannot be specified without a key marker.");
    }
    String account = store.bucket(request.theBucket()).account();
    Listing.Query query = query(request, keyMarker, "max-keys");
    Listing.VersionPage page =
        query.max() == 0
            ? new Listing.VersionPage(List.of(), List.of(), Optional.empty())
            : store.listVersions(
                request.theBucket(), new Listing.VersionQuery(query, versionMarker));
    XmlWriter xml = new XmlWriter().open("ListVersionsResult", Answers.NAMESPACE);
    head(xml, request, query, encode);
    xml.text("KeyMarker", encode.apply(keyMarker))
        .text("VersionIdMarker", versionMarker.orElse(""))
        .number("MaxKeys", query.max())
        .text("IsTruncated", Boolean.toString(page.next().isPresent()));
    page.next()
        .ifPresent(
            next -> {
              xml.text("NextKeyMarker", encode.apply(next.key()));
              next.versionId().ifPresent(id -> xml.text("NextVersionIdMarker", id));
            });
    for (Listing.VersionEntry each : page.entries()) {
      version(xml, each, encode, account);
    }
    prefixes(xml, page.prefixes(), encode);
    return S3Answer.xml(xml.close().document());
  }

  private static void version(
      XmlWriter xml, Listing.VersionEntry entry, UnaryOperator<String> encode, String account) {
    ObjectVersion version = entry.version();
    xml.open(version.deleteMarker() ? "DeleteMarker" : "Version")
        .text("Key", encode.apply(version.key()))
        .text("VersionId", version.id())
        .text("IsLatest", Boolean.toString(entry.latest()))
        .text("LastModified", Answers.isoDate(version.modified()));
    if (!version.deleteMarker()) {
      xml.text("ETag", Answers.quoted(version.etag()))
          .number("Size", version.size())
          .text("StorageClass", "STANDARD");
    }
    BucketOperations.owner(xml, "Owner", account);
    xml.close();
  }

  S3Answer uploads(S3Request request) {
    UnaryOperator<String> encode = encoding(request);
    String keyMarker = request.parameter("key-marker");
    Optional<String> uploadMarker =
        request.query().first("upload-id-marker").filter(each -> !each.isEmpty());
    String account = store.bucket(request.theBucket()).account();
    Listing.Query query = query(request, keyMarker, "max-uploads");
    Listing.UploadPage page =
        query.max() == 0
            ? new Listing.UploadPage(List.of(), List.of(), Optional.empty())
            : store.listUploads(request.theBucket(), new Listing.UploadQuery(query, uploadMarker));
    XmlWriter xml = new XmlWriter().open("ListMultipartUploadsResult", Answers.NAMESPACE);
    xml.text("Bucket", request.theBucket())
        .text("KeyMarker", encode.apply(keyMarker))
        .text("UploadIdMarker", uploadMarker.orElse(""));
    page.next()
        .ifPresent(
            next ->
                xml.text("NextKeyMarker", encode.apply(next.key()))
                    .text("NextUploadIdMarker", next.uploadId().orElse("")));
    xml.text("Prefix", encode.apply(query.prefix()));
    if (!query.delimiter().isEmpty()) {
      xml.text("Delimiter", encode.apply(query.delimiter()));
    }
    if (!request.parameter("encoding-type").isEmpty()) {
      xml.text("EncodingType", "url");
    }
    xml.number("MaxUploads", query.max())
        .text("IsTruncated", Boolean.toString(page.next().isPresent()));
    for (Upload each : page.entries()) {
      xml.open("Upload").text("Key", encode.apply(each.key())).text("UploadId", each.id());
      BucketOperations.owner(xml, "Initiator", account);
      BucketOperations.owner(xml, "Owner", account);
      xml.text("StorageClass", "STANDARD")
          .text("Initiated", Answers.isoDate(each.initiated()))
          .close();
    }
    prefixes(xml, page.prefixes(), encode);
    return S3Answer.xml(xml.close().document());
  }
}
