package dev.sluice.lake.catalog;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;

/**
 * Who may do what. A namespace is written with dots between its levels; {@code *} is every one; a
 * right on a namespace is a right on those inside it.
 *
 * @param token what the principal's requests carry
 * @param read namespaces whose tables and views may be read
 * @param write those whose tables and views may also be changed, made and dropped
 * @param own those that may also be changed and dropped themselves, and take tables in that lie
 *     anywhere
 */
public record Principal(
    String name,
    Secret token,
    @Default("") List<String> read,
    @Default("") List<String> write,
    @Default("") List<String> own) {
  /** Every namespace. */
  static final String EVERYWHERE = "*";

  private static final int SHORTEST_TOKEN = 16;

  public Principal {
    if (!name.matches("[A-Za-z0-9_.@-]{1,128}") || name.equals("owner")) {
      throw new SettingsException(
          "the principal's name '"
              + name
              + "' must be letters, digits, '_', '.', '@' and '-', and not 'owner'");
    }
    if (token.value().length() < SHORTEST_TOKEN) {
      throw new SettingsException(
          "the token of principal '" + name + "' needs " + SHORTEST_TOKEN + " characters or more");
    }
    read = List.copyOf(read);
    write = List.copyOf(write);
    own = List.copyOf(own);
    if (read.isEmpty() && write.isEmpty() && own.isEmpty()) {
      throw new SettingsException(
          "principal '" + name + "' may do nothing: set read, write or own to namespaces, or *");
    }
  }

  /** The namespaces on which at least this right is given. */
  List<String> namespaces(Right right) {
    List<String> named = new ArrayList<>(own);
    if (right != Right.OWN) {
      named.addAll(write);
    }
    if (right == Right.READ) {
      named.addAll(read);
    }
    return named;
  }

  boolean may(Right right, Namespace namespace) {
    return namespaces(right).stream().anyMatch(granted -> covers(granted, namespace));
  }

  /** Whether something below the namespace may be read, so that it has to be shown on the way. */
  boolean sees(Namespace namespace) {
    List<String> levels = List.of(namespace.levels());
    return may(Right.READ, namespace)
        || namespaces(Right.READ).stream().anyMatch(granted -> starts(levels(granted), levels));
  }

  private static boolean covers(String granted, Namespace namespace) {
    return granted.equals(EVERYWHERE) || starts(List.of(namespace.levels()), levels(granted));
  }

  private static List<String> levels(String written) {
    return List.of(written.split("\\.", -1));
  }

  private static boolean starts(List<String> levels, List<String> first) {
    return levels.size() >= first.size() && levels.subList(0, first.size()).equals(first);
  }
}
