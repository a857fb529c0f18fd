package dev.sluice.ingest.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.stream.Position;
import dev.sluice.ingest.stream.ReceiptName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A request's answer: one result for each of its events, in their order. */
record Answer(String stream, List<EventResult> results, Durability durability) {
  private static final JsonFactory JSON = new JsonFactory();

  Answer {
    Objects.requireNonNull(stream, "stream");
    results = List.copyOf(results);
    Objects.requireNonNull(durability, "durability");
  }

  int accepted() {
    int count = 0;
    for (EventResult result : results) {
      if (result instanceof EventResult.Receipt || result instanceof EventResult.Spooled) {
        count++;
      }
    }
    return count;
  }

  /** Events that were never handed to the log, by its own fault. */
  int unavailable() {
    int count = 0;
    for (EventResult result : results) {
      if (result instanceof EventResult.Refusal refusal
          && refusal.reason().equals(EventResult.UNAVAILABLE)) {
        count++;
      }
    }
    return count;
  }

  /** Events that wait on the local disk. */
  int spooled() {
    int count = 0;
    for (EventResult result : results) {
      count += result instanceof EventResult.Spooled ? 1 : 0;
    }
    return count;
  }

  /**
   * 202 when something waits for the log; 200 when the log took something; else 503 when it is to
   * blame for any, else 400.
   */
  int status() {
    if (spooled() > 0) {
      return 202;
    }
    boolean blameLog = false;
    for (EventResult result : results) {
      if (result instanceof EventResult.Receipt) {
        return 200;
      }
      blameLog |=
          result instanceof EventResult.Undecided
              || (result instanceof EventResult.Refusal refusal
                  && refusal.reason().equals(EventResult.UNAVAILABLE));
    }
    return blameLog ? 503 : 400;
  }

  byte[] json() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256 + results.size() * 64);
    List<EventResult.Receipt> receipts = new ArrayList<>();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("accepted", accepted());
      json.writeArrayFieldStart("refused");
      for (EventResult result : results) {
        if (result instanceof EventResult.Receipt receipt) {
          receipts.add(receipt);
        } else if (result instanceof EventResult.Refusal refusal) {
          write(json, refusal.index(), refusal.reason(), refusal.detail(), refusal.position());
        } else if (result instanceof EventResult.Undecided undecided) {
          write(json, undecided.index(), EventResult.UNKNOWN, undecided.detail(), Optional.empty());
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("receipts");
      for (EventResult result : results) {
        if (result instanceof EventResult.Spooled spooled) {
          json.writeStartObject();
          json.writeNumberField("index", spooled.index());
          json.writeStringField("durability", "spooled");
          json.writeEndObject();
        }
      }
      for (EventResult.Receipt receipt : receipts) {
        json.writeStartObject();
        json.writeNumberField("index", receipt.index());
        json.writeNumberField("shard", receipt.shard());
        json.writeNumberField("offset", receipt.offset());
        json.writeStringField(
            "receipt", new ReceiptName(stream, receipt.shard(), receipt.offset()).toString());
        json.writeStringField("durability", durability.wireName());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  private static void write(
      JsonGenerator json, int index, String reason, String detail, Optional<Position> position)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index);
    json.writeStringField("reason", reason);
    json.writeStringField("detail", position.map(place -> detail + " at " + place).orElse(detail));
    if (position.isPresent()) {
      json.writeNumberField("line", position.get().line());
      json.writeNumberField("column", position.get().column());
      json.writeNumberField("offset", position.get().offset());
    }
    json.writeEndObject();
  }
}
