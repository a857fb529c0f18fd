package dev.sluice.lake.book;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be asked of the book. Each route names the query parameters it understands. */
enum BookRoute {
  SUMMARY("GET", ""),
  TABLES("GET", "/tables", "namespace", "pageSize", "pageToken"),
  TABLE("GET", "/tables/{table}"),
  COLUMNS("GET", "/tables/{table}/columns", "schema"),
  HISTORY("GET", "/tables/{table}/history", "pageSize", "pageToken"),
  TREND("GET", "/tables/{table}/trend", "grain", "points"),
  SAMPLE("GET", "/tables/{table}/sample", "rows"),
  EDITS("GET", "/tables/{table}/edits", "pageSize", "pageToken"),
  EDIT("POST", "/tables/{table}/edits"),
  SEARCH("GET", "/search", "q", "pageSize", "pageToken"),
  TAGS("GET", "/tags");

  static final String ROOT = "/api/v1/book";
  private static final String TABLE_PART = "{table}";

  private final String method;
  private final String template;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> parameters;

  BookRoute(String method, String template, String... parameters) {
    this.method = method;
    this.template = template;
    this.parameters = List.of(parameters);
  }

  String method() {
    return method;
  }

  /** Its path with a name for what differs. */
  String path() {
    return ROOT + template;
  }

  List<String> parameters() {
    return parameters;
  }

  /** A route, and the table that the path names, still percent-encoded. */
  record Match(BookRoute route, String table) {}

  static Optional<Match> of(String method, String path) {
    return Arrays.stream(values())
        .filter(route -> route.method.equals(method))
        .flatMap(route -> route.match(path).stream())
        .findFirst();
  }

  private Optional<Match> match(String path) {
    String[] parts = path.split("/", -1);
    String[] own = path().split("/", -1);
    if (parts.length != own.length) {
      return Optional.empty();
    }
    String table = "";
    for (int i = 0; i < own.length; i++) {
      if (own[i].equals(TABLE_PART) && !parts[i].isEmpty()) {
        table = parts[i];
      } else if (!own[i].equals(parts[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(new Match(this, table));
  }
}
