package dev.sluice.ingest.deadletter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Dead letters as the door answers them; bytes as Base64. */
final class LetterJson {

  private LetterJson() {}

  static ObjectNode listing(LetterDesk.Listing listing) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode reasons = body.putArray("reasons");
    for (LetterDesk.Reason reason : listing.reasons()) {
      reasons
          .addObject()
          .put("stream", reason.stream())
          .put("reason", reason.reason())
          .put("count", reason.count())
          .put("first", reason.first().toString())
          .put("last", reason.last().toString());
    }
    ArrayNode letters = body.putArray("letters");
    listing.letters().forEach(kept -> place(letters.addObject(), kept));
    return body;
  }

  private static ObjectNode place(ObjectNode node, KeptLetter kept) {
    DeadLetter letter = kept.letter();
    return node.put("stream", letter.stream())
        .put("shard", letter.shard().partition())
        .put("offset", letter.offset())
        .put("topicId", letter.shard().topicId())
        .put("reason", letter.reason())
        .put("detail", letter.detail())
        .put("received", letter.receivedAt().toString())
        .put("attempt", kept.attempt())
        .put("size", kept.size());
  }

  static ObjectNode whole(List<KeptLetter> found) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode letters = body.putArray("letters");
    for (KeptLetter kept : found) {
      ObjectNode node = place(letters.addObject(), kept);
      bytes(node, "key", kept.letter().key());
      bytes(node, "value", kept.letter().value());
      ArrayNode headers = node.putArray("headers");
      for (DeadLetter.Header header : kept.letter().headers()) {
        bytes(headers.addObject().put("name", header.name()), "value", header.value());
      }
      ArrayNode attempts = node.putArray("attempts");
      for (KeptLetter.Attempt attempt : kept.attempts()) {
        ObjectNode one =
            attempts.addObject().put("reason", attempt.reason()).put("detail", attempt.detail());
        attempt.at().ifPresent(at -> one.put("at", at.toString()));
      }
    }
    return body;
  }

  private static void bytes(ObjectNode node, String name, Optional<ByteBuffer> bytes) {
    bytes.ifPresent(
        buffer -> {
          byte[] copy = new byte[buffer.remaining()];
          buffer.duplicate().get(copy);
          node.put(name, copy);
        });
  }

  static ObjectNode report(ReplayReport report) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("matched", report.matched())
        .put("rows", report.rows())
        .put("waiting", report.waiting())
        .put("elsewhere", report.elsewhere());
    ObjectNode refused = body.putObject("refused");
    report.refused().forEach(refused::put);
    report.stopped().ifPresent(why -> body.put("stopped", why));
    return body;
  }
}
