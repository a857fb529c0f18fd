package dev.sluice.awswire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of an HTTP request as it was sent: nothing normalised but the case of header names. */
public final class WireRequest {
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?]*");

  private final String method;
  private final String rawPath;
  private final String rawQuery;
  private final Map<String, List<String>> headers;

  /** Parsed when first asked for; whichever thread comes second finds or makes an equal one. */
  private QueryString query;

  public WireRequest(
      String method, String rawPath, String rawQuery, Map<String, List<String>> headers) {
    this.method = method;
    this.rawPath = rawPath;
    this.rawQuery = rawQuery;
    TreeMap<String, List<String>> copy = new TreeMap<>();
    headers.forEach(
        (name, values) ->
            copy.merge(name.toLowerCase(Locale.ROOT), List.copyOf(values), WireRequest::both));
    this.headers = Collections.unmodifiableMap(copy);
  }

  private static List<String> both(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }

  /** Splits a request target ({@code /path?query}, or in absolute form) into path and query. */
  public static WireRequest of(String method, String target, Map<String, List<String>> headers) {
    String rest = target.startsWith("/") ? target : relative(target);
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    return new WireRequest(method, path.isEmpty() ? "/" : path, query, headers);
  }

  private static String relative(String target) {
    Matcher absolute = ABSOLUTE.matcher(target);
    return absolute.lookingAt() ? target.substring(absolute.end()) : target;
  }

  public String method() {
    return method;
  }

  public String rawPath() {
    return rawPath;
  }

  public String rawQuery() {
    return rawQuery;
  }

  /** By name in lower case, the values in the order they came. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  public Optional<String> header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  public QueryString query() {
    QueryString known = query;
    if (known == null) {
      known = QueryString.parse(rawQuery);
      query = known;
    }
    return known;
  }
}
