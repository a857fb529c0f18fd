package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/** Each operation, handed to Iceberg's own handler. Failures are Iceberg's exceptions. */
final class IcebergCalls {
  private static final String SEPARATOR = "%1F";
  private static final String DEFAULT_PAGE_SIZE = "1000";
  private static final int MAX_PAGE_SIZE = 10_000;

  private final LakeCatalog catalog;
  private final Map<String, String> fileProperties;
  private final String warehouse;
  private final Counter reports;

  IcebergCalls(
      LakeCatalog catalog,
      Map<String, String> fileProperties,
      String warehouse,
      MeterRegistry registry) {
    this.catalog = catalog;
    // Iceberg asks the map whether it has a null key, which Map.copyOf's would not bear.
    this.fileProperties = Collections.unmodifiableMap(new LinkedHashMap<>(fileProperties));
    this.warehouse = warehouse;
    this.reports =
        Counter.builder("sluice.catalog.reports")
            .description("scan and commit reports received from clients")
            .register(registry);
  }

  Reply answer(Route.Match match, Call call) {
    return switch (match.route()) {
      case CONFIG -> config(call);
      case LIST_NAMESPACES,
          CREATE_NAMESPACE,
          LOAD_NAMESPACE,
          NAMESPACE_EXISTS,
          DROP_NAMESPACE,
          UPDATE_NAMESPACE ->
          namespace(match, call);
      case LIST_VIEWS, CREATE_VIEW, LOAD_VIEW, VIEW_EXISTS, UPDATE_VIEW, DROP_VIEW, RENAME_VIEW ->
          view(match, call);
      default -> table(match, call);
    };
  }

  private Reply config(Call call) {
    String asked = call.query().getOrDefault("warehouse", "");
    if (!asked.isEmpty() && !asked.equals(LakeCatalog.NAME) && !asked.equals(warehouse)) {
      throw new BadRequestException(
          "there is no warehouse '%s' here; leave it out, or ask for '%s'",
          asked, LakeCatalog.NAME);
    }
    return ok(
        ConfigResponse.builder()
            .withDefaults(fileProperties)
            .withOverride(CatalogProperties.WAREHOUSE_LOCATION, warehouse)
            .withEndpoints(Route.offered())
            .build());
  }

  private Reply namespace(Route.Match match, Call call) {
    return switch (match.route()) {
      case LIST_NAMESPACES -> listNamespaces(call);
      case CREATE_NAMESPACE ->
          ok(
              CatalogHandlers.createNamespace(
                  catalog, RestJson.read(call.body(), CreateNamespaceRequest.class)));
      case LOAD_NAMESPACE -> ok(CatalogHandlers.loadNamespace(catalog, namespaceOf(match)));
      case NAMESPACE_EXISTS ->
          done(() -> CatalogHandlers.namespaceExists(catalog, namespaceOf(match)));
      case DROP_NAMESPACE -> done(() -> CatalogHandlers.dropNamespace(catalog, namespaceOf(match)));
      default ->
          ok(
              CatalogHandlers.updateNamespaceProperties(
                  catalog,
                  namespaceOf(match),
                  RestJson.read(call.body(), UpdateNamespacePropertiesRequest.class)));
    };
  }

  private Reply table(Route.Match match, Call call) {
    return switch (match.route()) {
      case LIST_TABLES -> listTables(match, call);
      case CREATE_TABLE -> createTable(match, RestJson.read(call.body(), CreateTableRequest.class));
      case REGISTER_TABLE ->
          loaded(
              CatalogHandlers.registerTable(
                  catalog,
                  namespaceOf(match),
                  RestJson.read(call.body(), RegisterTableRequest.class)));
      case LOAD_TABLE -> loaded(CatalogHandlers.loadTable(catalog, tableOf(match), mode(call)));
      case TABLE_EXISTS -> done(() -> CatalogHandlers.tableExists(catalog, tableOf(match)));
      case UPDATE_TABLE ->
          ok(
              CatalogHandlers.updateTable(
                  catalog, tableOf(match), RestJson.read(call.body(), UpdateTableRequest.class)));
      case DROP_TABLE -> dropTable(match, call);
      case RENAME_TABLE ->
          done(
              () ->
                  CatalogHandlers.renameTable(
                      catalog, RestJson.read(call.body(), RenameTableRequest.class)));
      case REPORT_METRICS -> report(call);
      default ->
          throw new UnsupportedOperationException("this catalog does not offer " + match.route());
    };
  }

  private Reply view(Route.Match match, Call call) {
    return switch (match.route()) {
      case LIST_VIEWS -> listViews(match, call);
      case CREATE_VIEW ->
          ok(
              CatalogHandlers.createView(
                  catalog,
                  namespaceOf(match),
                  RestJson.read(call.body(), CreateViewRequest.class)));
      case LOAD_VIEW -> ok(CatalogHandlers.loadView(catalog, viewOf(match)));
      case VIEW_EXISTS -> done(() -> CatalogHandlers.viewExists(catalog, viewOf(match)));
      case UPDATE_VIEW ->
          ok(
              CatalogHandlers.updateView(
                  catalog, viewOf(match), RestJson.read(call.body(), UpdateTableRequest.class)));
      case DROP_VIEW -> done(() -> CatalogHandlers.dropView(catalog, viewOf(match)));
      default ->
          done(
              () ->
                  CatalogHandlers.renameView(
                      catalog, RestJson.read(call.body(), RenameTableRequest.class)));
    };
  }

  private Reply report(Call call) {
    RestJson.read(call.body(), ReportMetricsRequest.class);
    reports.increment();
    return Reply.empty(204);
  }

  private Reply createTable(Route.Match match, CreateTableRequest request) {
    Namespace namespace = namespaceOf(match);
    return loaded(
        request.stageCreate()
            ? CatalogHandlers.stageTableCreate(catalog, namespace, request)
            : CatalogHandlers.createTable(catalog, namespace, request));
  }

  private Reply dropTable(Route.Match match, Call call) {
    switch (call.query().getOrDefault("purgeRequested", "false")) {
      case "true", "True" -> CatalogHandlers.purgeTable(catalog, tableOf(match));
      case "false", "False" -> CatalogHandlers.dropTable(catalog, tableOf(match));
      default -> throw new BadRequestException("purgeRequested is true or false");
    }
    return Reply.empty(204);
  }

  private Reply listNamespaces(Call call) {
    Namespace parent =
        Optional.ofNullable(call.query().get("parent"))
            .filter(name -> !name.isEmpty())
            .map(RESTUtil::namespaceFromQueryParam)
            .orElse(Namespace.empty());
    return ok(
        pageSize(call)
            .map(size -> CatalogHandlers.listNamespaces(catalog, parent, pageToken(call), size))
            .orElseGet(() -> CatalogHandlers.listNamespaces(catalog, parent)));
  }

  private Reply listTables(Route.Match match, Call call) {
    Namespace namespace = namespaceOf(match);
    return ok(
        pageSize(call)
            .map(size -> CatalogHandlers.listTables(catalog, namespace, pageToken(call), size))
            .orElseGet(() -> CatalogHandlers.listTables(catalog, namespace)));
  }

  private Reply listViews(Route.Match match, Call call) {
    Namespace namespace = namespaceOf(match);
    return ok(
        pageSize(call)
            .map(size -> CatalogHandlers.listViews(catalog, namespace, pageToken(call), size))
            .orElseGet(() -> CatalogHandlers.listViews(catalog, namespace)));
  }

  /** A page's size, when pages are asked for: by a size, or by the token of a next page. */
  private static Optional<String> pageSize(Call call) {
    String size = call.query().getOrDefault("pageSize", "");
    if (size.isEmpty()) {
      return pageToken(call).isEmpty() ? Optional.empty() : Optional.of(DEFAULT_PAGE_SIZE);
    }
    if (!size.matches("[1-9]\\d{0,4}") || Integer.parseInt(size) > MAX_PAGE_SIZE) {
      throw new BadRequestException("pageSize is between 1 and %s", MAX_PAGE_SIZE);
    }
    return Optional.of(size);
  }

  private static String pageToken(Call call) {
    String token = call.query().getOrDefault("pageToken", "");
    if (!token.matches("\\d{0,9}")) {
      throw new BadRequestException("pageToken '%s' was not given by this catalog", token);
    }
    return token;
  }

  private static SnapshotMode mode(Call call) {
    return switch (call.query().getOrDefault("snapshots", "all").toLowerCase(Locale.ROOT)) {
      case "all" -> SnapshotMode.ALL;
      case "refs" -> SnapshotMode.REFS;
      default -> throw new BadRequestException("snapshots is all or refs");
    };
  }

  private static Namespace namespaceOf(Route.Match match) {
    return RESTUtil.decodeNamespaceAsPathSegment(match.variable("namespace"), SEPARATOR);
  }

  private static TableIdentifier tableOf(Route.Match match) {
    return TableIdentifier.of(
        namespaceOf(match), RESTUtil.decodePathSegment(match.variable("table")));
  }

  private static TableIdentifier viewOf(Route.Match match) {
    return TableIdentifier.of(
        namespaceOf(match), RESTUtil.decodePathSegment(match.variable("view")));
  }

  /** A loaded table comes with what opens its files. */
  private Reply loaded(LoadTableResponse response) {
    return ok(
        LoadTableResponse.builder()
            .withTableMetadata(response.tableMetadata())
            .addAllConfig(fileProperties)
            .build());
  }

  private static Reply ok(RESTResponse response) {
    return Reply.json(200, RestJson.write(response));
  }

  private static Reply done(Runnable change) {
    change.run();
    return Reply.empty(204);
  }
}
