package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.search.Found;
import dev.sluice.lake.book.search.Hit;
import dev.sluice.lake.book.search.Question;
import dev.sluice.lake.book.search.SearchIndex;
import dev.sluice.lake.http.Call;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Searches, as they are asked and answered over HTTP. */
final class Searching {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LONGEST = 1000;

  private final Book book;
  private final Demand demand;
  private final OtherEntries others;
  private final InstantSource clock;

  Searching(Book book, Neighbourhood rooms, InstantSource clock) {
    this.book = book;
    this.demand = rooms.demand();
    this.others = new OtherEntries(rooms.others(), book.index());
    this.clock = clock;
  }

  ObjectNode search(Call call, Visible visible) {
    String asked = call.query().getOrDefault("q", "");
    if (asked.isBlank()) {
      throw RefusedCall.wrong("search for something: ?q=WORDS");
    }
    if (asked.length() > LONGEST) {
      throw RefusedCall.wrong("q is longer than " + LONGEST + " characters");
    }
    Cut cut = Cut.of(call);
    boolean withOthers = others.mayRead(call.caller());
    if (withOthers) {
      others.refresh();
    }
    Found found =
        book.index()
            .search(
                Question.of(asked),
                new SearchIndex.Terms(
                    entry -> others.has(entry) ? withOthers : visible.has(entry),
                    entry -> book.name(entry).map(demand::uses).orElse(0L),
                    clock.millis(),
                    cut.offset(),
                    cut.size()));
    ObjectNode json = JSON.objectNode();
    ArrayNode hits = json.putArray("hits");
    found.hits().forEach(hit -> hits.add(json(hit)));
    json.put("total", found.total());
    next(json, cut, found.total());
    return json;
  }

  static void next(ObjectNode json, Cut cut, int total) {
    if (cut.offset() + cut.size() < total) {
      json.put("nextPageToken", String.valueOf(cut.offset() + cut.size()));
    }
  }

  private static ObjectNode json(Hit hit) {
    Entry entry = hit.entry();
    ObjectNode json = JSON.objectNode();
    json.put("name", entry.fullName()).put("kind", entry.kind());
    json.put("score", Math.round(hit.score() * 100) / 100.0);
    if (!entry.description().isEmpty()) {
      json.put("description", entry.description());
    }
    if (!entry.owner().isEmpty()) {
      json.put("owner", entry.owner());
    }
    json.set("tags", PageJson.texts(entry.tags()));
    if (entry.dataAt() > 0) {
      json.put("dataAt", Instant.ofEpochMilli(entry.dataAt()).toString());
    }
    if (entry.deprecated()) {
      json.put("deprecated", true);
    }
    ArrayNode matches = json.putArray("matches");
    for (Hit.Match match : hit.matches()) {
      ObjectNode one = matches.addObject().put("field", match.part().word());
      if (!match.column().isEmpty()) {
        one.put("column", match.column());
      }
      one.put("excerpt", match.excerpt());
      ArrayNode marks = one.putArray("marks");
      match.marks().forEach(mark -> marks.addArray().add(mark.start()).add(mark.end()));
    }
    return json;
  }

  /** Every tag, and on how many tables and views it is. */
  ObjectNode tags(Visible visible) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Entry entry : book.index().list(visible::has)) {
      Set<String> own = new HashSet<>(entry.tags());
      entry.columns().forEach(column -> own.addAll(column.tags()));
      own.forEach(tag -> counts.merge(tag, 1, Integer::sum));
    }
    ObjectNode json = JSON.objectNode();
    ArrayNode tags = json.putArray("tags");
    counts.forEach((tag, count) -> tags.addObject().put("tag", tag).put("tables", count));
    return json;
  }
}
