package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code datasets}: prefixes of objects that have a name and are no tables. */
@Command(
    name = "datasets",
    mixinStandardHelpOptions = true,
    description = "Datasets that are no tables: objects under a prefix. Without a command: all.")
public final class DatasetsCommand implements Callable<Integer> {
  private static final String ROOT = "/api/v1/datasets";
  private static final String SUGGESTIONS = "/api/v1/dataset-suggestions";
  private static final String NAME = "such as pictures";
  private static final Pattern PLACE = Pattern.compile("s3://([^/]+)(?:/(.*))?", Pattern.DOTALL);

  @Spec private CommandSpec spec;
  @Mixin private BookClient all;

  @Override
  public Integer call() {
    return print(all);
  }

  private static int print(BookClient book) {
    return book.print(book.read(ROOT), DatasetPrint::list);
  }

  @Command(mixinStandardHelpOptions = true, description = "All that are declared, by name.")
  int list(@Mixin BookClient book) {
    requireOptionsBehind();
    return print(book);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "One dataset, and how many objects of which types it holds now.")
  int show(
      @Mixin BookClient book, @Parameters(paramLabel = "NAME", description = NAME) String name) {
    requireOptionsBehind();
    return book.print(book.read(path(name)), DatasetPrint::page);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Gives the objects under a prefix a name, or says more of those that have one.",
        "What is not said again stays as it was said; an empty text takes it back."
      })
  int declare(
      @Mixin BookClient book,
      @Parameters(index = "0", paramLabel = "NAME", description = NAME) String name,
      @Parameters(
              index = "1",
              paramLabel = "PLACE",
              description =
                  "such as s3://bucket/img/: every key that begins so, and the whole bucket without a key")
          String place,
      @Option(names = "--description", description = "what it holds, and what for")
          Optional<String> description,
      @Option(names = "--owner", description = "a person or a team") Optional<String> owner,
      @Option(names = "--on-call", description = "whom to call when something is wrong with it")
          Optional<String> onCall,
      @Option(names = "--tag", description = "such as finance; may be repeated; all it has then")
          List<String> tags) {
    requireOptionsBehind();
    Matcher parts = PLACE.matcher(place);
    if (!parts.matches()) {
      throw CommandFailure.usage("'" + place + "' is no place like s3://bucket/prefix");
    }
    ObjectNode said = said(book, name);
    said.put("bucket", parts.group(1));
    said.put("prefix", parts.group(2) == null ? "" : parts.group(2));
    description.ifPresent(text -> said.put("description", text));
    owner.ifPresent(text -> said.put("owner", text));
    onCall.ifPresent(text -> said.put("onCall", text));
    if (tags != null && !tags.isEmpty()) {
      ArrayNode array = said.putArray("tags");
      tags.stream().filter(tag -> !tag.isEmpty()).forEach(array::add);
    }
    return book.print(book.put(path(name), said), DatasetPrint::page);
  }

  /** A declaration replaces all of the one before: what that said is said again. */
  private static ObjectNode said(BookClient book, String name) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    Optional<JsonNode> before = book.find(path(name));
    for (String field : List.of("description", "owner", "onCall", "tags")) {
      before.map(each -> each.path(field)).ifPresent(value -> said.set(field, value));
    }
    return said;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Takes a dataset's declaration back; its objects stay.")
  int remove(
      @Mixin BookClient book, @Parameters(paramLabel = "NAME", description = NAME) String name) {
    requireOptionsBehind();
    book.delete(path(name));
    return book.print(
        JsonNodeFactory.instance.objectNode().put("removed", name), DatasetPrint::removed);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Places in the lake's buckets that no dataset speaks of.")
  int suggest(@Mixin BookClient book) {
    requireOptionsBehind();
    return book.print(book.read(SUGGESTIONS), DatasetPrint::suggestions);
  }

  private static String path(String name) {
    if (name.isEmpty()) {
      throw CommandFailure.usage("a dataset's name is not empty");
    }
    return ROOT + "/" + BookClient.encoded(name);
  }

  /** Options before the command would be those of the list of all, and pass unheard. */
  private void requireOptionsBehind() {
    if (!spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw CommandFailure.usage("options go behind the command: datasets show NAME --format json");
    }
  }
}
