package dev.sluice.awswire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A request refused, in AWS's terms: an HTTP status, a code that programs read, a message that
 * people read.
 */
public final class AwsFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> details;

  public AwsFault(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  private AwsFault(int status, String code, String message, Map<String, String> details) {
    super(Objects.requireNonNull(message), null, false, false);
    this.status = status;
    this.code = Objects.requireNonNull(code);
    this.details = details;
  }

  /** The same fault with one more element in its document, after the message. */
  public AwsFault with(String element, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(element, value);
    return new AwsFault(status, code, getMessage(), more);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** The body of a REST-XML error, as S3 shapes it. */
  public String restXml(String resource, String requestId) {
    XmlWriter xml = new XmlWriter().open("Error").text("Code", code).text("Message", getMessage());
    details.forEach(xml::text);
    return xml.text("Resource", resource)
        .text("RequestId", requestId)
        .text("HostId", requestId)
        .close()
        .document();
  }
}
