package dev.sluice.lake.book;

import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.said.Age;
import dev.sluice.lake.book.said.Field;
import dev.sluice.lake.book.said.Mask;
import dev.sluice.lake.book.said.Pii;
import dev.sluice.lake.book.said.RefusedEditException;
import dev.sluice.lake.book.said.Said;
import dev.sluice.lake.book.said.Tags;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.book.shelf.Shelf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds of a table and its columns: first what people said in the book, then what the table's
 * properties and the schema's docs say. A property that says nothing valid says nothing.
 */
final class Words {
  private static final Map<Field, String> PROPERTIES =
      Map.of(
          Field.DESCRIPTION, "comment",
          Field.OWNER, "owner",
          Field.ON_CALL, "sluice.on-call",
          Field.TAGS, "sluice.tags",
          Field.PROMISED_AGE, "sluice.promised-age",
          Field.DEPRECATED, "sluice.deprecated",
          Field.USE_INSTEAD, "sluice.use-instead");

  /** Before the name of a column: the property of a table that gives the column's class. */
  private static final String PII = "sluice.pii.";

  /** Where a word comes from. */
  enum From {
    PEOPLE,
    PROPERTY,
    SCHEMA
  }

  /**
   * One thing that holds.
   *
   * @param said who said it and when, if it was people
   */
  record Word(String value, From from, Optional<Said> said) {}

  private final Page page;
  private final Map<Integer, Map<Field, Said>> said = new HashMap<>();

  Words(Shelf.Volume volume) {
    this.page = volume.page();
    for (Said each : volume.said()) {
      said.computeIfAbsent(each.column(), column -> new HashMap<>()).put(each.field(), each);
    }
  }

  Optional<Word> ofTable(Field field) {
    return said(Said.TABLE, field)
        .or(
            () ->
                property(PROPERTIES.getOrDefault(field, ""))
                    .flatMap(value -> valid(field, value))
                    .map(value -> new Word(value, From.PROPERTY, Optional.empty())));
  }

  Optional<Word> of(Column column, Field field) {
    Optional<Word> people = said(column.id(), field);
    if (people.isPresent()) {
      return people;
    }
    if (field == Field.DESCRIPTION && !column.doc().isEmpty()) {
      return Optional.of(new Word(column.doc(), From.SCHEMA, Optional.empty()));
    }
    if (field == Field.PII || field == Field.MASK) {
      return property(PII + column.path())
          .flatMap(written -> pii(field, written))
          .map(value -> new Word(value, From.PROPERTY, Optional.empty()));
    }
    return Optional.empty();
  }

  /** How a column's values are masked; nothing when they are shown. */
  Optional<Mask> mask(Column column) {
    Optional<Word> said = of(column, Field.MASK);
    if (said.isPresent()) {
      return said.map(word -> Mask.of(word.value()));
    }
    return of(column, Field.PII).map(word -> Pii.of(word.value()).mask());
  }

  List<String> tags() {
    return ofTable(Field.TAGS).map(word -> Tags.split(word.value())).orElse(List.of());
  }

  List<String> tags(Column column) {
    return of(column, Field.TAGS).map(word -> Tags.split(word.value())).orElse(List.of());
  }

  boolean deprecated() {
    return ofTable(Field.DEPRECATED).isPresent() || ofTable(Field.USE_INSTEAD).isPresent();
  }

  /** The same as it is searched. */
  Entry entry() {
    List<Entry.Column> columns = new ArrayList<>();
    for (Column column : page.facts().map(Facts::columns).orElse(List.of())) {
      columns.add(
          new Entry.Column(
              column.path(),
              text(of(column, Field.DESCRIPTION)),
              text(of(column, Field.PII)),
              tags(column)));
    }
    return new Entry(
        page.id(),
        page.name().namespace().toString(),
        page.name().name(),
        page.kind(),
        text(ofTable(Field.DESCRIPTION)),
        text(ofTable(Field.OWNER)),
        tags(),
        columns,
        deprecated(),
        page.facts().map(Facts::dataAt).orElse(0L));
  }

  private static String text(Optional<Word> word) {
    return word.map(Word::value).orElse("");
  }

  private Optional<Word> said(int column, Field field) {
    return Optional.ofNullable(said.getOrDefault(column, Map.of()).get(field))
        .map(each -> new Word(each.value(), From.PEOPLE, Optional.of(each)));
  }

  private Optional<String> property(String key) {
    return page.facts()
        .flatMap(facts -> Optional.ofNullable(facts.properties().get(key)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private static Optional<String> valid(Field field, String value) {
    return switch (field) {
      case TAGS -> {
        List<String> tags = Tags.lenient(value);
        yield tags.isEmpty() ? Optional.empty() : Optional.of(String.join(",", tags));
      }
      case PROMISED_AGE -> Age.of(value).map(age -> value);
      default -> Optional.of(value);
    };
  }

  /** A class, or a class and a way to mask: {@code email}, {@code email/hash}. */
  private static Optional<String> pii(Field field, String written) {
    String[] parts = written.split("/", 2);
    try {
      String pii = Pii.of(parts[0].strip()).word();
      if (field == Field.PII) {
        return Optional.of(pii);
      }
      return parts.length == 2 ? Optional.of(Mask.of(parts[1].strip()).word()) : Optional.empty();
    } catch (RefusedEditException unknown) {
      // Who writes a class that is not known means to hide something.
      return field == Field.PII ? Optional.of(Pii.OTHER.word()) : Optional.empty();
    }
  }
}
