package dev.sluice.lake.s3;

import dev.sluice.awswire.Percent;
import dev.sluice.awswire.QueryString;
import dev.sluice.lake.access.Target;
import java.util.Optional;

/** Where a copy comes from, as {@code x-amz-copy-source} names it. */
record CopySource(String bucket, String key, Optional<String> versionId) {
  static CopySource of(S3Request request) {
    String text = request.header("x-amz-copy-source").orElseThrow();
    int question = text.indexOf("?versionId=");
    String path = Percent.decodePath(question < 0 ? text : text.substring(0, question));
    Optional<String> version =
        question < 0
            ? Optional.empty()
            : QueryString.parse(text.substring(question + 1)).first("versionId");
    String trimmed = path.startsWith("/") ? path.substring(1) : path;
    int slash = trimmed.indexOf('/');
    if (slash <= 0 || slash == trimmed.length() - 1 || trimmed.indexOf('\0') >= 0) {
      throw Faults.invalidArgument(
          "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
    return new CopySource(
        trimmed.substring(0, slash),
        trimmed.substring(slash + 1),
        version.filter(id -> !id.isEmpty()));
  }

  /** The key whose bytes are read, which takes a right of its own. */
  Target target() {
    return new Target.Key(bucket, key);
  }

  boolean is(S3Request request) {
    return versionId.isEmpty()
        && bucket.equals(request.theBucket())
        && key.equals(request.theKey());
  }
}
