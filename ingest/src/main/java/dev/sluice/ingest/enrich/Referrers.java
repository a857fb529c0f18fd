package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What kind of place a host is that somebody comes from, by a list in a file. */
final class Referrers {
  private static final String HOSTS = "referrers.yaml";

  /** A mail service lies within a search engine's hosts, so it is looked for first. */
  private static final List<String> KINDS = List.of("mail", "search", "social");

  private record Place(String host, String kind) {
    boolean has(String name) {
      if (host.endsWith(".")) {
        return name.startsWith(host) || name.contains("." + host);
      }
      return name.equals(host) || name.endsWith("." + host);
    }
  }

  private final List<Place> places;

  private Referrers(List<Place> places) {
    this.places = List.copyOf(places);
  }

  static Referrers shipped(List<String> internal) {
    try (InputStream in = Referrers.class.getResourceAsStream(HOSTS)) {
      JsonNode hosts = new YAMLMapper().readTree(in);
      List<Place> places = new ArrayList<>();
      internal.forEach(host -> places.add(new Place(host.toLowerCase(Locale.ROOT), "internal")));
      for (String kind : KINDS) {
        hosts.path(kind).forEach(host -> places.add(new Place(host.asText(), kind)));
      }
      return new Referrers(places);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String kind(String host) {
    for (Place place : places) {
      if (place.has(host)) {
        return place.kind();
      }
    }
    return "other";
  }
}
