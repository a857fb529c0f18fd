package dev.sluice.lake.lineage.event;

import dev.sluice.lake.name.Dotted;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * Which of OpenLineage's names are tables of this catalog. Engines name one table in several ways:
 * by the catalog's address, by the warehouse, by where the files lie. A name of another system's is
 * never taken for ours, though it may read the same.
 */
public final class DatasetNames {
  private static final String CATALOG = "lake";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
  private static final Pattern STORE = Pattern.compile("^s3[an]?://", Pattern.CASE_INSENSITIVE);
  private static final Set<String> INSIDE_A_TABLE = Set.of("data", "metadata");
  private static final int LONGEST = 1400;

  private final String warehouse;
  private final IntSupplier port;
  private final Set<String> namespaces;

  /**
   * @param warehouse where tables lie by default
   * @param port the catalog's own on this machine, asked once it serves
   * @param namespaces further ones that stand for this catalog
   */
  public DatasetNames(String warehouse, IntSupplier port, List<String> namespaces) {
    this.warehouse = trimmed(warehouse);
    this.port = port;
    this.namespaces = new HashSet<>();
    this.namespaces.add(CATALOG);
    namespaces.forEach(each -> this.namespaces.add(trimmed(each)));
  }

  /** One of OpenLineage's pairs of names, with others that name the same. */
  record Pair(String namespace, String name) {}

  Dataset of(Pair own, List<Pair> links, String path) {
    List<Pair> all = new ArrayList<>(links);
    all.add(own);
    for (Pair pair : all) {
      Optional<Dataset> table = byName(pair);
      if (table.isPresent()) {
        return checked(table.get(), path);
      }
    }
    for (Pair pair : all) {
      Optional<Dataset> table = byPlace(Dataset.other(pair.namespace, pair.name).key());
      if (table.isPresent()) {
        return checked(table.get(), path);
      }
    }
    return checked(
        Dataset.other(STORE.matcher(own.namespace).replaceFirst("s3://"), own.name), path);
  }

  private static Dataset checked(Dataset dataset, String path) {
    Told.checkedName(dataset.key(), path + ".name", LONGEST);
    return dataset;
  }

  /** A dataset as people write it: {@code gold.sessions}, {@code lake.gold.sessions}, a place. */
  public Optional<Dataset> written(String text) {
    if (text.contains("://")) {
      Optional<Dataset> table = byPlace(text);
      return table.isPresent() ? table : Optional.of(apart(text));
    }
    int bar = text.indexOf('|');
    return bar > 0
        ? Optional.of(Dataset.other(text.substring(0, bar), text.substring(bar + 1)))
        : table(text);
  }

  /** Told apart where OpenLineage does: after the authority. */
  private static Dataset apart(String text) {
    String place = STORE.matcher(text).replaceFirst("s3://");
    int slash = place.indexOf('/', place.indexOf("://") + 3);
    return slash < 0
        ? Dataset.other(place, "/")
        : Dataset.other(place.substring(0, slash), place.substring(slash + 1));
  }

  private Optional<Dataset> byName(Pair pair) {
    String namespace = trimmed(pair.namespace);
    boolean ours =
        namespaces.contains(namespace) || namespace.equals(warehouse) || isOurAddress(namespace);
    boolean named = !namespace.contains("://") && pair.name.startsWith(CATALOG + ".");
    return ours || named ? table(pair.name) : Optional.empty();
  }

  private boolean isOurAddress(String namespace) {
    try {
      URI uri = URI.create(namespace);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return (scheme.equals("http") || scheme.equals("https"))
          && uri.getPort() == port.getAsInt()
          && LOOPBACK.contains(String.valueOf(uri.getHost()));
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  private static Optional<Dataset> table(String name) {
    String plain = name.startsWith(CATALOG + ".") ? name.substring(CATALOG.length() + 1) : name;
    int dot = plain.lastIndexOf('.');
    return dot <= 0 || dot == plain.length() - 1 || plain.contains("/")
        ? Optional.empty()
        : Optional.of(
            Dataset.table(plain.substring(0, dot), Dotted.plain(plain.substring(dot + 1))));
  }

  /** Tables lie by their names under the warehouse, unless they were put elsewhere. */
  private Optional<Dataset> byPlace(String place) {
    String trimmed = trimmed(place);
    if (!trimmed.startsWith(warehouse + "/")) {
      return Optional.empty();
    }
    List<String> levels =
        new ArrayList<>(Arrays.asList(trimmed.substring(warehouse.length() + 1).split("/", -1)));
    for (int at = 2; at < levels.size(); at++) {
      if (INSIDE_A_TABLE.contains(levels.get(at))) {
        levels = levels.subList(0, at);
      }
    }
    if (levels.size() < 2 || levels.contains("")) {
      return Optional.empty();
    }
    List<String> names = levels.stream().map(DatasetNames::ofSegment).toList();
    String namespace = Dotted.of(names.subList(0, names.size() - 1).toArray(String[]::new));
    return Optional.of(Dataset.table(namespace, names.get(names.size() - 1)));
  }

  /** Of a segment of a path, the name that the catalog put there. */
  private static String ofSegment(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException asItIs) {
      return segment;
    }
  }

  private static String trimmed(String place) {
    String one = STORE.matcher(place).replaceFirst("s3://");
    return one.endsWith("/") ? one.substring(0, one.length() - 1) : one;
  }
}
