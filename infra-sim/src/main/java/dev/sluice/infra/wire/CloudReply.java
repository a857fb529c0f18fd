package dev.sluice.infra.wire;

/** What a call is answered with. */
public record CloudReply(int status, String contentType, String body) {
  static CloudReply xml(int status, String document) {
    return new CloudReply(status, "text/xml;charset=UTF-8", document);
  }
}
