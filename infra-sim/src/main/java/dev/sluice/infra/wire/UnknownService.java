package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import java.util.Set;
import java.util.TreeSet;

/** Refuses requests for a service that is not here, in the shape most Query services share. */
final class UnknownService implements CloudHandler {
  private final String known;

  UnknownService(Set<String> known) {
    this.known = String.join(", ", new TreeSet<>(known));
  }

  @Override
  public CloudReply answer(CloudCall call) {
    if (SignedService.of(call.request()).isEmpty()) {
      throw new AwsFault(
          403,
          "MissingAuthenticationToken",
          "Sign the request (Signature Version 4) for one of the services here: " + known + ".");
    }
    throw new AwsFault(
        501,
        "UnsupportedOperation",
        "The service this request is signed for is not here; known: " + known + ".");
  }

  @Override
  public CloudReply refuse(AwsFault fault, String requestId) {
    return CloudReply.xml(
        fault.status(),
        new XmlWriter()
            .open("ErrorResponse")
            .open("Error")
            .text("Type", fault.status() < 500 ? "Sender" : "Receiver")
            .text("Code", fault.code())
            .text("Message", fault.getMessage())
            .close()
            .text("RequestId", requestId)
            .close()
            .document());
  }
}
