package dev.sluice.ingest.definition;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a new version of a stream breaks. What nothing in the running module could follow is a
 * violation in every mode; what is broken for the events, or for the column that a field has in the
 * table, is one unless the mode is {@link Compatibility#NONE}.
 */
public final class Evolution {
  private final Stream next;
  private final List<Violation> violations = new ArrayList<>();

  private Evolution(Stream next) {
    this.next = next;
  }

  /** Everything a version breaks that follows the last one, whatever is broken by it. */
  public static List<Violation> check(Stream last, Stream next, Compatibility mode) {
    Evolution evolution = new Evolution(next);
    evolution.place(last);
    if (mode != Compatibility.NONE) {
      evolution.shardOf(last);
    }
    if (mode.back()) {
      evolution.events(last, next, "the events of version " + last.version(), "backward");
    }
    if (mode.forth()) {
      evolution.events(next, last, "a reader of version " + last.version(), "forward");
    }
    return List.copyOf(evolution.violations);
  }

  /** Which fields cannot go into the columns that all the versions before have made. */
  public static List<Violation> columns(List<Stream> before, Stream next) {
    Evolution evolution = new Evolution(next);
    next.fields().forEach(field -> evolution.column(before, field));
    return List.copyOf(evolution.violations);
  }

  private void add(String field, String rule, String detail) {
    violations.add(new Violation(field, rule, detail));
  }

  private void place(Stream last) {
    if (!next.topic().equals(last.topic())) {
      add(
          "topic",
          "fixed",
          "the stream lies in the topic " + last.topic() + " and stays there; make another stream");
    }
    if (!next.format().wireName().equals(last.format().wireName())) {
      add(
          "format",
          "fixed",
          "the topic holds "
              + last.format().wireName()
              + " and cannot hold both; make another stream");
    }
    if (next.shards() < last.shards()) {
      add(
          "shards",
          "fixed",
          "there are " + last.shards() + ", and shards hold events; there can be more, not fewer");
    }
    if (!next.routing().equals(last.routing())) {
      add(
          "route",
          "fixed",
          "a route says which table an offset belongs to, and all workers must agree; make another"
              + " stream");
    }
  }

  private void shardOf(Stream last) {
    if (!next.keyField().equals(last.keyField())) {
      add(
          "key",
          "same-key",
          "it was "
              + last.keyField().orElse("none")
              + ": events of one key would lie in two shards, out of their order");
    }
    Optional<String> id = next.id().map(each -> each.field());
    Optional<String> lastId = last.id().map(each -> each.field());
    if (lastId.isPresent() && !id.equals(lastId)) {
      add(
          "id",
          "same-id",
          "it was " + lastId.get() + ": an event sent again would not be known by another id");
    }
  }

  /** Whether what is an event of the writer is one of the reader. */
  private void events(Stream writer, Stream reader, String whom, String rule) {
    for (Field field : reader.fields()) {
      Optional<Field> written = writer.field(field.name());
      boolean always = written.filter(Field::required).isPresent();
      if (field.required() && !always) {
        add(
            field.name(),
            rule,
            rule.equals("backward")
                ? whom
                    + (written.isEmpty() ? " do not have it" : " may be without it")
                    + ": it cannot be required"
                : whom + " requires it: it must " + (written.isEmpty() ? "stay" : "stay required"));
      }
      if (written.isPresent() && !reads(field.type(), written.get().type())) {
        add(
            field.name(),
            rule,
            rule.equals("backward")
                ? whom
                    + " have it as "
                    + written.get().type().wireName()
                    + ", which is not always "
                    + field.type().wireName()
                : whom
                    + " takes "
                    + field.type().wireName()
                    + ", and "
                    + written.get().type().wireName()
                    + " is not always that");
      }
    }
  }

  /** Whether every value of the one type is one of the other. */
  private static boolean reads(FieldType reader, FieldType written) {
    return reader == written
        || (reader == FieldType.LONG && written == FieldType.INT)
        || (reader == FieldType.DOUBLE && (written == FieldType.INT || written == FieldType.LONG))
        || (reader == FieldType.STRING && written == FieldType.UUID);
  }

  /** A column stays when its field goes, and only int ever becomes long. */
  private void column(List<Stream> before, Field field) {
    for (Stream version : before) {
      for (Field old : version.fields()) {
        String since = "since version " + version.version() + " the table has a column ";
        if (old.name().equalsIgnoreCase(field.name()) && !old.name().equals(field.name())) {
          add(
              field.name(),
              "column",
              since + old.name() + ", and many readers do not tell it from " + field.name());
          return;
        }
        boolean wider = field.type() == FieldType.LONG && old.type() == FieldType.INT;
        boolean narrower = field.type() == FieldType.INT && old.type() == FieldType.LONG;
        if (old.name().equals(field.name()) && old.type() != field.type() && !wider && !narrower) {
          add(
              field.name(),
              "column",
              since
                  + old.name()
                  + " of "
                  + old.type().wireName()
                  + ", which cannot become "
                  + field.type().wireName()
                  + "; give the field another name");
          return;
        }
      }
    }
  }
}
