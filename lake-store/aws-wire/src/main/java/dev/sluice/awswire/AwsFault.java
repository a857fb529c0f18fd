package dev.sluice.awswire;

import java.util.Objects;

/**
 * A request refused, in AWS's terms: an HTTP status, a code that programs read, a message that
 * people read.
 */
public final class AwsFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  public AwsFault(int status, String code, String message) {
    super(Objects.requireNonNull(message), null, false, false);
    this.status = status;
    this.code = Objects.requireNonNull(code);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** The body of a REST-XML error, as S3 shapes it. */
  public String restXml(String resource, String requestId) {
    return new XmlWriter()
        .open("Error")
        .text("Code", code)
        .text("Message", getMessage())
        .text("Resource", resource)
        .text("RequestId", requestId)
        .close()
        .document();
  }
}
