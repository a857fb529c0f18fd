package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.fact.Point;
import dev.sluice.lake.book.said.Age;
import dev.sluice.lake.book.said.Field;
import dev.sluice.lake.book.said.Mask;
import dev.sluice.lake.book.said.Tags;
import dev.sluice.lake.book.shelf.EditEntry;
import dev.sluice.lake.book.shelf.HistoryEntry;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.book.shelf.Shelf;
import dev.sluice.lake.book.shelf.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pages as JSON. What is not known is left out. */
final class PageJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Instant now;

  PageJson(Instant now) {
    this.now = now;
  }

  /** As one of a list. */
  ObjectNode line(Shelf.Volume volume) {
    Page page = volume.page();
    Words words = new Words(volume);
    ObjectNode json = named(page);
    words.ofTable(Field.DESCRIPTION).ifPresent(word -> json.put("description", word.value()));
    words.ofTable(Field.OWNER).ifPresent(word -> json.put("owner", word.value()));
    json.set("tags", texts(words.tags()));
    page.facts().ifPresent(facts -> facts.totals().forEach(json::put));
    json.set("freshness", freshness(page, words));
    if (words.deprecated()) {
      json.put("deprecated", true);
    }
    return json;
  }

  ObjectNode page(Shelf.Volume volume, List<Writer> writers) {
    Page page = volume.page();
    Words words = new Words(volume);
    ObjectNode json = named(page);
    page.facts().ifPresent(facts -> facts(json, facts));
    json.put("metadataLocation", page.metadata());
    ObjectNode sources = JSON.objectNode();
    for (Field field : Field.ofTables()) {
      put(json, sources, field, words.ofTable(field));
    }
    json.set("freshness", freshness(page, words));
    json.set("columns", columns(page.facts().map(Facts::columns).orElse(List.of()), words));
    json.set("sources", sources);
    ArrayNode wrote = json.putArray("writers");
    writers.forEach(writer -> wrote.add(writer(writer)));
    page.made().ifPresent(mark -> json.set("created", mark(mark)));
    json.set("changed", mark(page.changed()));
    page.trouble().ifPresent(why -> json.put("trouble", why));
    return json;
  }

  private static ObjectNode named(Page page) {
    ObjectNode json = JSON.objectNode();
    json.put("name", page.name().toString());
    json.set("namespace", texts(List.of(page.name().namespace().levels())));
    json.put("table", page.name().name());
    json.put("kind", page.kind());
    json.put("state", page.present() ? "present" : "dropped");
    return json;
  }

  private static void facts(ObjectNode json, Facts facts) {
    json.put("uuid", facts.uuid());
    json.put("location", facts.location());
    json.put("formatVersion", facts.formatVersion());
    if (!facts.fileFormat().isEmpty()) {
      json.put("fileFormat", facts.fileFormat());
    }
    json.set("partitioning", texts(facts.partitioning()));
    json.set("sortOrder", texts(facts.sortOrder()));
    json.set("keys", texts(facts.keys()));
    facts.totals().forEach(json::put);
    json.put("snapshots", facts.snapshots());
    if (facts.snapshotId() != 0) {
      json.put("snapshotId", facts.snapshotId());
    }
    json.set("refs", texts(facts.refs()));
    json.put("schemaId", facts.schemaId());
    ObjectNode properties = json.putObject("properties");
    facts.properties().forEach(properties::put);
    if (!facts.queries().isEmpty()) {
      ObjectNode queries = json.putObject("queries");
      facts.queries().forEach(queries::put);
    }
  }

  static ArrayNode columns(List<Column> columns, Words words) {
    ArrayNode all = JSON.arrayNode();
    for (Column column : columns) {
      ObjectNode json = plain(column);
      ObjectNode sources = JSON.objectNode();
      for (Field field : Field.ofColumns()) {
        put(json, sources, field, words.of(column, field));
      }
      words.mask(column).map(Mask::word).ifPresent(mask -> json.put("mask", mask));
      if (!sources.isEmpty()) {
        json.set("sources", sources);
      }
      all.add(json);
    }
    return all;
  }

  /** Of a former schema: what people say is said of the present one. */
  static ArrayNode columns(List<Column> columns) {
    ArrayNode all = JSON.arrayNode();
    for (Column column : columns) {
      ObjectNode json = plain(column);
      if (!column.doc().isEmpty()) {
        json.put("description", column.doc());
      }
      all.add(json);
    }
    return all;
  }

  private static ObjectNode plain(Column column) {
    ObjectNode json = JSON.objectNode();
    json.put("id", column.id());
    json.put("name", column.path());
    json.put("type", column.type());
    json.put("required", column.required());
    return json;
  }

  private static void put(
      ObjectNode json, ObjectNode sources, Field field, Optional<Words.Word> word) {
    if (word.isEmpty()) {
      return;
    }
    if (field == Field.TAGS) {
      json.set(field.word(), texts(Tags.split(word.get().value())));
    } else {
      json.put(field.word(), word.get().value());
    }
    ObjectNode source = sources.putObject(field.word());
    source.put("from", word.get().from().name().toLowerCase(Locale.ROOT));
    word.get()
        .said()
        .ifPresent(said -> source.put("by", said.by()).put("at", said.at().toString()));
  }

  private ObjectNode freshness(Page page, Words words) {
    ObjectNode json = JSON.objectNode();
    long dataAt = page.facts().map(Facts::dataAt).orElse(0L);
    Optional<Duration> promised =
        words.ofTable(Field.PROMISED_AGE).flatMap(word -> Age.of(word.value()));
    promised.ifPresent(age -> json.put("promisedSeconds", age.toSeconds()));
    if (dataAt == 0) {
      return json.put("state", promised.isPresent() ? "late" : "no-data");
    }
    Duration age = Duration.between(Instant.ofEpochMilli(dataAt), now);
    json.put("dataAt", Instant.ofEpochMilli(dataAt).toString());
    json.put("ageSeconds", Math.max(0, age.toSeconds()));
    String state =
        promised.isEmpty() ? "no-promise" : age.compareTo(promised.get()) <= 0 ? "fresh" : "late";
    return json.put("state", state);
  }

  private static ObjectNode writer(Writer writer) {
    ObjectNode json = JSON.objectNode();
    text(json, "by", writer.by());
    text(json, "engine", writer.engine());
    text(json, "application", writer.application());
    return json.put("at", writer.last().toString()).put("commits", writer.commits());
  }

  static ObjectNode history(HistoryEntry entry) {
    ObjectNode json = JSON.objectNode();
    json.put("number", entry.number()).put("at", entry.at().toString());
    text(json, "by", entry.by());
    text(json, "engine", entry.engine());
    json.put("schemaId", entry.schemaId());
    ArrayNode differences = json.putArray("differences");
    entry
        .differences()
        .forEach(
            each -> {
              ObjectNode one = differences.addObject().put("what", each.what().word());
              text(one, "column", each.column());
              text(one, "before", each.before());
              text(one, "after", each.after());
              one.put("text", each.text());
            });
    return json;
  }

  static ObjectNode edit(EditEntry entry) {
    ObjectNode json = JSON.objectNode();
    json.put("number", entry.number()).put("at", entry.at().toString()).put("by", entry.by());
    ArrayNode items = json.putArray("changes");
    for (EditEntry.Item item : entry.items()) {
      ObjectNode one = items.addObject();
      text(one, "column", item.column());
      one.put("field", item.field());
      text(one, "before", item.before());
      text(one, "after", item.after());
    }
    return json;
  }

  static ObjectNode point(Point point) {
    ObjectNode json = JSON.objectNode();
    json.put("at", Instant.ofEpochMilli(point.at()).toString());
    json.put("snapshotId", point.snapshotId()).put("operation", point.operation());
    point.totals().forEach(json::put);
    json.put("addedRows", point.added()).put("removedRows", point.removed());
    text(json, "engine", point.engine());
    text(json, "application", point.application());
    return json;
  }

  private static ObjectNode mark(Page.Mark mark) {
    ObjectNode json = JSON.objectNode().put("at", mark.at().toString());
    text(json, "by", mark.by());
    return json;
  }

  private static void text(ObjectNode json, String key, String value) {
    if (!value.isEmpty()) {
      json.put(key, value);
    }
  }

  static ArrayNode texts(Collection<String> texts) {
    ArrayNode array = JSON.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
