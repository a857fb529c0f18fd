package dev.sluice.lake.book;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Nearest;
import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.fact.SchemaVersion;
import dev.sluice.lake.book.said.Edit;
import dev.sluice.lake.book.said.Field;
import dev.sluice.lake.book.said.Say;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.shelf.EditEntry;
import dev.sluice.lake.book.shelf.HistoryEntry;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.book.shelf.Shelf;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;

/** Each question, once it is known which. */
final class BookCalls {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_POINTS = 1000;
  private static final int MOST_TROUBLES = 100;

  private final Book book;
  private final Harvester harvester;
  private final Access access;
  private final Searching searching;
  private final List<Section> sections;
  private final Sample sample;
  private final BookSettings settings;
  private final InstantSource clock;

  BookCalls(
      Book book,
      Harvester harvester,
      Neighbourhood rooms,
      BookSettings settings,
      InstantSource clock) {
    this.book = book;
    this.harvester = harvester;
    this.access = rooms.access();
    this.searching = new Searching(book, rooms, clock);
    this.sections = rooms.sections();
    this.sample = new Sample(rooms.sampling(), book.key());
    this.settings = settings;
    this.clock = clock;
  }

  Reply answer(BookRoute.Match match, Call call) {
    Visible visible = new Visible(book, access, call.caller(), harvester.settle());
    JsonNode answer =
        switch (match.route()) {
          case SUMMARY -> summary(visible);
          case TABLES -> tables(call, visible);
          case SEARCH -> searching.search(call, visible);
          case TAGS -> searching.tags(visible);
          case TABLE -> page(visible.find(match.table()), call);
          case COLUMNS -> columns(visible.find(match.table()), call);
          case HISTORY -> history(visible.find(match.table()), call);
          case TREND -> trend(visible.find(match.table()), call);
          case SAMPLE -> sample(visible.find(match.table()), call);
          case EDITS -> edits(visible.find(match.table()), call);
          case EDIT -> edit(visible.find(match.table()), call, visible);
        };
    return Reply.json(200, answer);
  }

  private ObjectNode summary(Visible visible) {
    List<Entry> entries = book.index().list(visible::has);
    Map<String, Integer> kinds = new TreeMap<>();
    entries.forEach(entry -> kinds.merge(entry.kind() + "s", 1, Integer::sum));
    ObjectNode json = JSON.objectNode();
    json.put("tables", 0).put("views", 0);
    kinds.forEach(json::put);
    json.put("complete", harvester.reconciled());
    ArrayNode unreadable = json.putArray("unreadable");
    Map<Long, String> troubled = book.troubled();
    entries.stream()
        .filter(entry -> troubled.containsKey(entry.id()))
        .limit(MOST_TROUBLES)
        .forEach(
            entry ->
                unreadable
                    .addObject()
                    .put("name", entry.fullName())
                    .put("why", troubled.get(entry.id())));
    return json;
  }

  private ObjectNode tables(Call call, Visible visible) {
    Cut cut = Cut.of(call);
    String namespace = call.query().getOrDefault("namespace", "");
    List<Entry> all =
        book.index()
            .list(
                entry ->
                    (namespace.isEmpty()
                            || entry.namespace().equals(namespace)
                            || entry.namespace().startsWith(namespace + "."))
                        && visible.has(entry));
    PageJson writing = new PageJson(clock.instant());
    ObjectNode json = JSON.objectNode();
    ArrayNode tables = json.putArray("tables");
    all.stream()
        .skip(cut.offset())
        .limit(cut.size())
        .flatMap(entry -> book.shelf().find(entry.id()).stream())
        .filter(visible::has)
        .forEach(volume -> tables.add(writing.line(volume)));
    json.put("total", all.size());
    Searching.next(json, cut, all.size());
    return json;
  }

  private ObjectNode page(Shelf.Volume volume, Call call) {
    Page page = volume.page();
    ObjectNode json = new PageJson(clock.instant()).page(volume, book.shelf().writers(page.id()));
    for (Section section : sections) {
      section.of(call.caller(), page.name()).ifPresent(known -> json.set(section.name(), known));
    }
    return json;
  }

  private ObjectNode columns(Shelf.Volume volume, Call call) {
    Page page = volume.page();
    ObjectNode json = JSON.objectNode().put("name", page.name().toString());
    String asked = call.query().getOrDefault("schema", "");
    List<SchemaVersion> versions = book.shelf().schemas(page.id());
    if (asked.isEmpty()) {
      page.facts().ifPresent(facts -> json.put("schemaId", facts.schemaId()));
      json.set(
          "columns",
          PageJson.columns(page.facts().map(Facts::columns).orElse(List.of()), new Words(volume)));
    } else {
      SchemaVersion version =
          versions.stream()
              .filter(each -> String.valueOf(each.id()).equals(asked))
              .findFirst()
              .orElseThrow(
                  () ->
                      RefusedCall.of(
                          404,
                          "NotFoundException",
                          page.name() + " has no schema '" + asked + "' that the book knows"));
      json.put("schemaId", version.id());
      json.set("columns", PageJson.columns(version.columns()));
    }
    ArrayNode schemas = json.putArray("schemas");
    for (SchemaVersion version : versions) {
      ObjectNode one = schemas.addObject().put("schemaId", version.id());
      if (version.since() > 0) {
        one.put("since", Instant.ofEpochMilli(version.since()).toString());
      }
    }
    return json;
  }

  private ObjectNode history(Shelf.Volume volume, Call call) {
    Cut cut = Cut.of(call);
    List<HistoryEntry> entries =
        book.shelf().history(volume.page().id(), cut.from(), cut.size() + 1);
    return listed(volume, cut, "changes", entries, PageJson::history, HistoryEntry::number);
  }

  private ObjectNode edits(Shelf.Volume volume, Call call) {
    Cut cut = Cut.of(call);
    List<EditEntry> entries = book.shelf().edits(volume.page().id(), cut.from(), cut.size() + 1);
    return listed(volume, cut, "edits", entries, PageJson::edit, EditEntry::number);
  }

  private static <T> ObjectNode listed(
      Shelf.Volume volume,
      Cut cut,
      String noun,
      List<T> entries,
      Function<T, ObjectNode> writing,
      Function<T, Long> number) {
    ObjectNode json = JSON.objectNode().put("name", volume.page().name().toString());
    ArrayNode array = json.putArray(noun);
    entries.stream().limit(cut.size()).map(writing).forEach(array::add);
    if (entries.size() > cut.size()) {
      json.put("nextPageToken", String.valueOf(number.apply(entries.get(cut.size() - 1))));
    }
    return json;
  }

  private ObjectNode trend(Shelf.Volume volume, Call call) {
    String grain = call.query().getOrDefault("grain", "snapshot");
    List<String> known = List.of("snapshot", "hour", "day");
    if (!known.contains(grain)) {
      throw RefusedCall.wrong("there is no grain '" + grain + "'" + Nearest.hint(grain, known));
    }
    int points = Cut.number(call, "points", 100, MOST_POINTS);
    ObjectNode json =
        JSON.objectNode().put("name", volume.page().name().toString()).put("grain", grain);
    ArrayNode array = json.putArray("points");
    book.shelf()
        .trend(volume.page().id(), grain, points)
        .forEach(point -> array.add(PageJson.point(point)));
    return json;
  }

  private ObjectNode sample(Shelf.Volume volume, Call call) {
    if (!volume.page().present()) {
      throw RefusedCall.of(
          404, "NotFoundException", volume.page().name() + " was dropped: it has no rows");
    }
    int rows = Cut.number(call, "rows", 10, settings.sampleRows());
    return sample.of(volume, call.caller(), rows);
  }

  private ObjectNode edit(Shelf.Volume volume, Call call, Visible visible) {
    Page page = volume.page();
    visible.requireWrite(page.name());
    if (!page.present()) {
      throw RefusedCall.wrong(page.name() + " was dropped: nothing more is said of it");
    }
    Edit edit = Edit.of(body(call));
    check(visible, page, edit);
    Optional<EditEntry> entry = book.edit(page, edit, call.caller());
    ObjectNode json = JSON.objectNode().put("name", page.name().toString());
    entry.ifPresent(made -> json.set("edit", PageJson.edit(made)));
    return json.put("changed", entry.map(made -> made.items().size()).orElse(0));
  }

  private static JsonNode body(Call call) {
    try {
      return MAPPER.readTree(call.body().getBytes());
    } catch (JacksonException notJson) {
      throw RefusedCall.wrong("the body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is named in an edit must be there. */
  private static void check(Visible visible, Page page, Edit edit) {
    List<String> columns =
        page.facts().map(Facts::columns).orElse(List.of()).stream().map(Column::path).toList();
    edit.columns()
        .forEach(
            (column, said) -> {
              known(column, columns, page.name());
              if (said.getOrDefault(Field.USE_INSTEAD, new Say.Nothing()) instanceof Say.That to) {
                known(to.value(), columns, page.name());
              }
            });
    if (edit.table().getOrDefault(Field.USE_INSTEAD, new Say.Nothing()) instanceof Say.That to) {
      TableIdentifier other = visible.find(to.value()).page().name();
      if (other.equals(page.name())) {
        throw RefusedCall.wrong("a table is not used instead of itself");
      }
    }
  }

  private static void known(String column, List<String> columns, TableIdentifier name) {
    if (!columns.contains(column)) {
      throw RefusedCall.wrong(
          name + " has no column '" + column + "'" + Nearest.hint(column, columns));
    }
  }
}
