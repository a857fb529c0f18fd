package dev.sluice.transform.source;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A database to copy from.
 *
 * @param url without user or password
 * @param passwordVariable the environment variable that holds the password
 * @param maxConnections how many sessions it is asked for at once, all copies together
 */
record Source(
    String name,
    Server server,
    String url,
    String user,
    String passwordVariable,
    int maxConnections,
    List<TableCopy> tables) {
  /** One to decide and to count, and one to read. */
  static final int FEWEST_CONNECTIONS = 2;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern CREDENTIAL =
      Pattern.compile("(?i)//[^/?]*@|[?&;](user|username|password\\w*|\\w*password)=");

  Source {
    tables = List.copyOf(tables);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a source's name is made of a-z, 0-9 and _: " + name);
    }
    if (CREDENTIAL.matcher(url).find()) {
      throw new IllegalArgumentException(
          "url holds a user or a password; write them as user and password");
    }
    if (!url.startsWith(server.scheme())) {
      throw new IllegalArgumentException("url must begin with " + server.scheme());
    }
    if (maxConnections < FEWEST_CONNECTIONS) {
      throw new IllegalArgumentException("max_connections is at least " + FEWEST_CONNECTIONS);
    }
  }

  /** How many sessions may read at once. */
  int readers() {
    return maxConnections - 1;
  }

  /** Where it is, without its settings. */
  String place() {
    return url.replaceFirst("\\?.*", "");
  }
}
