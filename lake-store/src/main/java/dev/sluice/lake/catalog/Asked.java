package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Call;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTUtil;

/** One call together with what its path says. */
record Asked(Route.Match match, Call call) {
  private static final String SEPARATOR = "%1F";

  Route route() {
    return match.route();
  }

  Namespace namespace() {
    return RESTUtil.decodeNamespaceAsPathSegment(match.variable("namespace"), SEPARATOR);
  }

  TableIdentifier table() {
    return TableIdentifier.of(namespace(), RESTUtil.decodePathSegment(match.variable("table")));
  }

  TableIdentifier view() {
    return TableIdentifier.of(namespace(), RESTUtil.decodePathSegment(match.variable("view")));
  }

  <T extends RESTRequest> T body(Class<T> type) {
    return RestJson.read(call.body(), type);
  }
}
