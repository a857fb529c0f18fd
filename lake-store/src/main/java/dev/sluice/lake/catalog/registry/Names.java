package dev.sluice.lake.catalog.registry;

import java.util.Arrays;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.BadRequestException;

/** How names are written in the database: levels joined by the protocol's own separator. */
final class Names {
  private static final char SEPARATOR = '\u001f';
  private static final int LONGEST = 1000;

  private Names() {}

  static String of(Namespace namespace) {
    return String.join(String.valueOf(SEPARATOR), namespace.levels());
  }

  static Namespace namespace(String written) {
    return written.isEmpty()
        ? Namespace.empty()
        : Namespace.of(written.split(String.valueOf(SEPARATOR), -1));
  }

  static Namespace parent(Namespace namespace) {
    String[] levels = namespace.levels();
    return Namespace.of(Arrays.copyOf(levels, levels.length - 1));
  }

  /** Refuses what could not be told apart, stored or shown. */
  static void check(Namespace namespace) {
    if (namespace.isEmpty()) {
      throw new BadRequestException("a namespace needs a name");
    }
    for (String level : namespace.levels()) {
      check(level);
    }
  }

  static void check(String name) {
    if (name.isEmpty() || name.length() > LONGEST) {
      throw new BadRequestException("a name has 1 to %s characters", LONGEST);
    }
    if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new BadRequestException("the name '%s' holds a control character", visible(name));
    }
  }

  private static String visible(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
