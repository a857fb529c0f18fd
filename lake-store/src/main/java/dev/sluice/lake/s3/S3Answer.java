package dev.sluice.lake.s3;

import dev.sluice.lake.object.OpenObject;
import java.util.List;
import java.util.Map;

/** What goes back: a status, headers, a body. */
record S3Answer(int status, Map<String, String> headers, Body body) {
  /** The body of an answer. */
  sealed interface Body {
    /** None. */
    record Empty() implements Body {}

    /** None, but a length as if there were one: the answer to HEAD. */
    record Announced(long length) implements Body {}

    /** An XML document. */
    record Document(String xml) implements Body {}

    /** Bytes of an object, verified, and where they lie; whoever sends them closes it. */
    record Bytes(OpenObject object, long offset, long length, List<OpenObject.Slice> slices)
        implements Body {
      public Bytes {
        slices = List.copyOf(slices);
      }
    }
  }

  S3Answer {
    headers = Map.copyOf(headers);
  }

  static S3Answer empty(int status, Map<String, String> headers) {
    return new S3Answer(status, headers, new Body.Empty());
  }

  static S3Answer xml(String document) {
    return xml(document, Map.of());
  }

  static S3Answer xml(String document, Map<String, String> headers) {
    return new S3Answer(200, headers, new Body.Document(document));
  }
}
