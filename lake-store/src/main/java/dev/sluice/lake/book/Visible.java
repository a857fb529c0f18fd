package dev.sluice.lake.book;

import dev.sluice.daemon.Nearest;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.shelf.Shelf;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** What a caller may see; the rest is not told apart from what is not there. */
final class Visible {
  private static final char SEPARATOR = '\u001f';

  private final Book book;
  private final Access access;

  Visible(Book book, Access access) {
    this.book = book;
    this.access = access;
  }

  boolean to(String caller, Entry entry) {
    return book.name(entry).map(name -> access.mayRead(caller, name.namespace())).orElse(false);
  }

  /**
   * The page of a name as a path or a person has it: {@code raw.app_events}, or with the protocol's
   * own separator where levels hold dots.
   */
  Shelf.Volume find(String caller, String written) {
    String name = decoded(written);
    Optional<Shelf.Volume> exact =
        identifier(name)
            .filter(each -> access.mayRead(caller, each.namespace()))
            .flatMap(book.shelf()::find);
    if (exact.isPresent()) {
      return exact.get();
    }
    List<Entry> called =
        book.index()
            .list(
                entry ->
                    (entry.fullName().equals(name) || ("lake." + entry.fullName()).equals(name))
                        && to(caller, entry));
    if (called.size() == 1) {
      return book.shelf().find(called.get(0).id()).orElseThrow(() -> absent(caller, name));
    }
    throw absent(caller, name);
  }

  private RefusedCall absent(String caller, String name) {
    List<String> known =
        book.index().list(entry -> to(caller, entry)).stream().map(Entry::fullName).toList();
    List<String> namesakes =
        known.stream().filter(each -> each.endsWith("." + name)).limit(5).toList();
    String hint =
        namesakes.isEmpty()
            ? Nearest.hint(name, known)
            : "; did you mean " + String.join(" or ", namesakes) + "?";
    return RefusedCall.of(
        404, "NoSuchTableException", "the book has no table '" + name + "'" + hint);
  }

  void requireWrite(String caller, TableIdentifier name) {
    if (!access.mayWrite(caller, name.namespace())) {
      throw RefusedCall.of(
          403,
          "ForbiddenException",
          caller
              + " may not write in namespace "
              + name.namespace()
              + ", so not say anything of "
              + name);
    }
  }

  private static String decoded(String written) {
    try {
      // A plus is a plus in a path.
      return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw RefusedCall.wrong("'" + written + "' is not percent-encoded as a path is");
    }
  }

  private static Optional<TableIdentifier> identifier(String name) {
    char separator = name.indexOf(SEPARATOR) >= 0 ? SEPARATOR : '.';
    String[] parts = name.split(java.util.regex.Pattern.quote(String.valueOf(separator)), -1);
    if (parts.length < 2) {
      return Optional.empty();
    }
    Namespace namespace = Namespace.of(java.util.Arrays.copyOf(parts, parts.length - 1));
    return Optional.of(TableIdentifier.of(namespace, parts[parts.length - 1]));
  }
}
