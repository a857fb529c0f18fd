package dev.sluice.lake.book;

import dev.sluice.daemon.Nearest;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.shelf.Shelf;
import dev.sluice.lake.name.Dotted;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What the caller of one question may see; the rest is not told apart from what is not there.
 * Rights are a name's, so what has another name by now, which the book does not know yet, is seen
 * by nobody.
 */
final class Visible {
  private static final char SEPARATOR = '\u001f';

  private final Book book;
  private final Access access;
  private final String caller;
  private final Set<TableIdentifier> moved;

  /**
   * @param moved names that stand for something else than the book says
   */
  Visible(Book book, Access access, String caller, Set<TableIdentifier> moved) {
    this.book = book;
    this.access = access;
    this.caller = caller;
    this.moved = Set.copyOf(moved);
  }

  boolean has(Entry entry) {
    return book.name(entry).filter(this::may).isPresent();
  }

  /** Whether a page may be shown: by the name that it was read with, not by that of its entry. */
  boolean has(Shelf.Volume volume) {
    return may(volume.page().name());
  }

  private boolean may(TableIdentifier name) {
    return access.mayRead(caller, name.namespace()) && !moved.contains(name);
  }

  /**
   * The page of a name as a path or a person has it: {@code raw.app_events}, or with the protocol's
   * own separator where levels hold dots.
   */
  Shelf.Volume find(String written) {
    String name = decoded(written);
    Optional<Shelf.Volume> exact = identifier(name).filter(this::may).flatMap(book.shelf()::find);
    if (exact.isPresent()) {
      return exact.get();
    }
    List<Entry> called =
        book.index()
            .list(
                entry ->
                    (entry.fullName().equals(name) || ("lake." + entry.fullName()).equals(name))
                        && has(entry));
    if (called.size() == 1) {
      return book.shelf()
          .find(called.get(0).id())
          .filter(this::has)
          .orElseThrow(() -> absent(name));
    }
    throw absent(name);
  }

  private RefusedCall absent(String name) {
    List<String> known = book.index().list(this::has).stream().map(Entry::fullName).toList();
    List<String> namesakes =
        known.stream().filter(each -> each.endsWith("." + name)).limit(5).toList();
    String hint =
        namesakes.isEmpty()
            ? Nearest.hint(name, known)
            : "; did you mean " + String.join(" or ", namesakes) + "?";
    return RefusedCall.of(
        404, "NoSuchTableException", "the book has no table '" + name + "'" + hint);
  }

  void requireWrite(TableIdentifier name) {
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
    String[] parts =
        separator == '.' ? Dotted.levels(name) : name.split(String.valueOf(separator), -1);
    if (parts.length < 2) {
      return Optional.empty();
    }
    Namespace namespace = Namespace.of(java.util.Arrays.copyOf(parts, parts.length - 1));
    return Optional.of(TableIdentifier.of(namespace, parts[parts.length - 1]));
  }
}
