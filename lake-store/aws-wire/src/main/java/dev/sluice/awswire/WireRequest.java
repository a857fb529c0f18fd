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
public record WireRequest(
    String method, String rawPath, String rawQuery, Map<String, List<String>> headers) {
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?]*");

  public WireRequest {
    TreeMap<String, List<String>> copy = new TreeMap<>();
    headers.forEach(
        (name, values) ->
            copy.computeIfAbsent(name.toLowerCase(Locale.ROOT), ignored -> new ArrayList<>())
                .addAll(values));
    copy.replaceAll((name, values) -> List.copyOf(values));
    headers = Collections.unmodifiableMap(copy);
  }

  /** Splits a request target ({@code /path?query}, or in absolute form) into path and query. */
  public static WireRequest of(String method, String target, Map<String, List<String>> headers) {
    Matcher absolute = ABSOLUTE.matcher(target);
    String rest = absolute.lookingAt() ? target.substring(absolute.end()) : target;
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    return new WireRequest(method, path.isEmpty() ? "/" : path, query, headers);
  }

  public Optional<String> header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  public QueryString query() {
    return QueryString.parse(rawQuery);
  }
}
