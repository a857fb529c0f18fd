package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catalog}: the data book, to read and to write in. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description = "What tables there are, what they mean, who owns them and how they changed.",
    subcommands = {LineageCommand.class, DatasetsCommand.class})
public final class CatalogCommand implements Runnable {
  private static final String TABLE = "such as raw.app_events";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw CommandFailure.usage("name a command");
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Finds tables, views and datasets by the words in their names, columns, descriptions, tags"
            + " and owners.",
        "Filters: namespace:gold tag:finance owner:ann pii:email (or pii:any) column:user_id"
            + " kind:view (or kind:dataset) deprecated:true"
      })
  int search(
      @Mixin BookClient book,
      @Parameters(paramLabel = "WORDS", arity = "1..*", description = "words and filters")
          List<String> words,
      @Option(
              names = "--limit",
              defaultValue = "20",
              description = "how many (default: ${DEFAULT-VALUE})")
          int limit) {
    JsonNode found =
        book.get("/search?q=" + BookClient.encoded(String.join(" ", words)) + "&pageSize=" + limit);
    return book.print(found, BookPrint::hits);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "All tables and views, or those of a namespace.")
  int list(
      @Mixin BookClient book,
      @Parameters(
              paramLabel = "NAMESPACE",
              arity = "0..1",
              defaultValue = "",
              description = "such as gold")
          String namespace,
      @Option(
              names = "--limit",
              defaultValue = "100",
              description = "how many (default: ${DEFAULT-VALUE})")
          int limit) {
    String in = namespace.isEmpty() ? "" : "&namespace=" + BookClient.encoded(namespace);
    return book.print(book.get("/tables?pageSize=" + limit + in), BookPrint::tables);
  }

  @Command(mixinStandardHelpOptions = true, description = "Everything the book has of one table.")
  int show(
      @Mixin BookClient book, @Parameters(paramLabel = "TABLE", description = TABLE) String table) {
    return book.print(book.get(BookClient.table(table)), BookPrint::page);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "How a table's schema and settings changed, by whom and when, the newest first.")
  int history(
      @Mixin BookClient book,
      @Parameters(paramLabel = "TABLE", description = TABLE) String table,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "how many (default: ${DEFAULT-VALUE})")
          int limit,
      @Option(
              names = "--before",
              paramLabel = "NUMBER",
              description = "only changes before this one")
          Optional<Long> before) {
    return book.print(
        book.get(BookClient.table(table) + "/history" + part(limit, before)), BookPrint::history);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "What people wrote of a table in the book, by whom and when, the newest first.")
  int edits(
      @Mixin BookClient book,
      @Parameters(paramLabel = "TABLE", description = TABLE) String table,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "how many (default: ${DEFAULT-VALUE})")
          int limit,
      @Option(names = "--before", paramLabel = "NUMBER", description = "only edits before this one")
          Optional<Long> before) {
    return book.print(
        book.get(BookClient.table(table) + "/edits" + part(limit, before)), BookPrint::edits);
  }

  private static String part(int limit, Optional<Long> before) {
    return "?pageSize=" + limit + before.map(number -> "&pageToken=" + number).orElse("");
  }

  @Command(mixinStandardHelpOptions = true, description = "A few rows, personal data masked.")
  int sample(
      @Mixin BookClient book,
      @Parameters(paramLabel = "TABLE", description = TABLE) String table,
      @Option(
              names = "--rows",
              defaultValue = "10",
              description = "how many (default: ${DEFAULT-VALUE})")
          int rows) {
    return book.print(
        book.get(BookClient.table(table) + "/sample?rows=" + rows), BookPrint::sample);
  }

  @Command(mixinStandardHelpOptions = true, description = "Every tag, and how many tables have it.")
  int tags(@Mixin BookClient book) {
    return book.print(book.get("/tags"), BookPrint::tags);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Adds tags to a table or a column, or removes some.")
  int tag(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(
              index = "1..*",
              paramLabel = "TAG",
              arity = "0..*",
              description = "such as finance")
          List<String> added,
      @Option(
              names = "--remove",
              paramLabel = "TAG",
              description = "a tag to remove; may be repeated")
          List<String> removed,
      @Option(names = "--column", description = "the column it is about") Optional<String> column) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    tags(fields, "addTags", added);
    tags(fields, "removeTags", removed);
    if (fields.isEmpty()) {
      throw CommandFailure.usage("name tags to add, or some to --remove");
    }
    return say(book, table, column, fields);
  }

  private static void tags(ObjectNode fields, String key, List<String> tags) {
    if (tags != null && !tags.isEmpty()) {
      ArrayNode array = fields.putArray(key);
      tags.forEach(array::add);
    }
  }

  @Command(mixinStandardHelpOptions = true, description = "Says what a table or a column means.")
  int describe(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(
              index = "1",
              paramLabel = "TEXT",
              arity = "0..1",
              description = "what it means; without it, what was said is taken back")
          Optional<String> text,
      @Option(names = "--column", description = "the column it is about") Optional<String> column) {
    return say(book, table, column, field("description", text));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Says who owns a table, and who is on call for it.")
  int own(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(
              index = "1",
              paramLabel = "OWNER",
              arity = "0..1",
              description = "a person or a team; without it, what was said is taken back")
          Optional<String> owner,
      @Option(names = "--on-call", description = "whom to call when it breaks")
          Optional<String> onCall) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    if (owner.isPresent() || onCall.isEmpty()) {
      fields.setAll(field("owner", owner));
    }
    onCall.ifPresent(whom -> fields.put("onCall", whom));
    return say(book, table, Optional.empty(), fields);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Says of which class of personal data a column is; samples mask it.")
  int pii(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(index = "1", paramLabel = "COLUMN", description = "such as email") String column,
      @Parameters(
              index = "2",
              paramLabel = "CLASS",
              arity = "0..1",
              description =
                  "name, email, phone, address, location, ip, id, financial, health or other; without it, what was said is taken back")
          Optional<String> pii,
      @Option(
              names = "--mask",
              description = "hide, hash or partial, in place of the class's own way")
          Optional<String> mask) {
    ObjectNode fields = field("pii", pii);
    mask.ifPresent(way -> fields.put("mask", way));
    return say(book, table, Optional.of(column), fields);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Says how old a table's newest data may be.")
  int promise(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(
              index = "1",
              paramLabel = "AGE",
              arity = "0..1",
              description = "such as 15m, 2h or 1d; without it, what was said is taken back")
          Optional<String> age) {
    return say(book, table, Optional.empty(), field("promisedAge", age));
  }

  static final class Undo {
    @Option(names = "--undo", description = "it may be used again")
    private boolean given;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Says that a table or a column is not to be used any more.")
  int deprecate(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "TABLE", description = TABLE) String table,
      @Parameters(index = "1", paramLabel = "REASON", arity = "0..1", description = "why")
          Optional<String> reason,
      @Option(
              names = "--use",
              paramLabel = "NAME",
              description = "the table or column to use instead")
          Optional<String> instead,
      @Option(names = "--column", description = "the column it is about") Optional<String> column,
      @Mixin Undo undone) {
    boolean undo = undone.given;
    if (undo == (reason.isPresent() || instead.isPresent())) {
      throw CommandFailure.usage("give a reason, or a name with --use, or --undo alone");
    }
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    if (undo || reason.isPresent()) {
      fields.setAll(field("deprecated", reason));
    }
    if (undo || instead.isPresent()) {
      fields.setAll(field("useInstead", instead));
    }
    return say(book, table, column, fields);
  }

  private static ObjectNode field(String name, Optional<String> value) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    value.ifPresentOrElse(text -> fields.put(name, text), () -> fields.putNull(name));
    return fields;
  }

  private static int say(
      BookClient book, String table, Optional<String> column, ObjectNode fields) {
    ObjectNode edit = JsonNodeFactory.instance.objectNode();
    if (column.isPresent()) {
      edit.putObject("columns").set(column.get(), fields);
    } else {
      edit.set("table", fields);
    }
    return book.print(book.post(BookClient.table(table) + "/edits", edit), BookPrint::edited);
  }
}
