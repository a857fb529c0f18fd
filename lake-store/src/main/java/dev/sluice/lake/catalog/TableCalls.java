package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Page;
import dev.sluice.lake.catalog.registry.Pointer;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.Reply;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ImmutableLoadCredentialsResponse;
import org.apache.iceberg.rest.responses.ListTablesResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/** The operations on tables. */
final class TableCalls {
  private final Placement placement;
  private final Grants grants;
  private final Handout handout;

  TableCalls(Placement placement, Grants grants, Handout handout) {
    this.placement = placement;
    this.grants = grants;
    this.handout = handout;
  }

  Reply answer(LakeCatalog catalog, Asked asked) {
    return switch (asked.route()) {
      case LIST_TABLES -> list(catalog, asked);
      case CREATE_TABLE -> create(catalog, asked);
      case REGISTER_TABLE -> register(catalog, asked);
      case LOAD_TABLE -> load(catalog, asked, asked.table(), mode(asked.call()));
      case TABLE_EXISTS -> Answers.done(() -> pointer(catalog, asked.table()));
      case UPDATE_TABLE -> update(catalog, asked);
      case COMMIT_TRANSACTION -> commit(catalog, asked);
      case DROP_TABLE -> drop(catalog, asked);
      case TABLE_CREDENTIALS -> credentials(catalog, asked);
      case RENAME_TABLE ->
          Answers.done(
              () -> CatalogHandlers.renameTable(catalog, asked.body(RenameTableRequest.class)));
      default ->
          throw new UnsupportedOperationException("this catalog does not offer " + asked.route());
    };
  }

  /** The answer to a change that was made by an earlier call. */
  Reply again(LakeCatalog catalog, Asked asked) {
    TableIdentifier name =
        switch (asked.route()) {
          case CREATE_TABLE ->
              TableIdentifier.of(asked.namespace(), asked.body(CreateTableRequest.class).name());
          case REGISTER_TABLE ->
              TableIdentifier.of(asked.namespace(), asked.body(RegisterTableRequest.class).name());
          default -> asked.table();
        };
    return loaded(asked, name, catalog.files().read(pointer(catalog, name)));
  }

  private static Reply list(LakeCatalog catalog, Asked asked) {
    Page<TableIdentifier> page =
        catalog.list(asked.namespace(), Kind.TABLE, Paging.cut(asked.call()));
    return Answers.ok(
        ListTablesResponse.builder()
            .addAll(page.items())
            .nextPageToken(Paging.token(page.next()))
            .build());
  }

  private Reply create(LakeCatalog catalog, Asked asked) {
    CreateTableRequest request = asked.body(CreateTableRequest.class);
    Namespace namespace = asked.namespace();
    if (!catalog.namespaceExists(namespace)) {
      throw new NoSuchNamespaceException(
          "Cannot create table %s. Namespace does not exist: %s", request.name(), namespace);
    }
    placement.check(
        asked.call().caller(),
        namespace,
        Optional.ofNullable(request.location()).map(List::of).orElse(List.of()));
    placement.checkProperties(asked.call().caller(), namespace, request.properties());
    LoadTableResponse response =
        request.stageCreate()
            ? CatalogHandlers.stageTableCreate(catalog, namespace, request)
            : CatalogHandlers.createTable(catalog, namespace, request);
    return loaded(asked, TableIdentifier.of(namespace, request.name()), response.tableMetadata());
  }

  private Reply register(LakeCatalog catalog, Asked asked) {
    RegisterTableRequest request = asked.body(RegisterTableRequest.class);
    TableIdentifier name = TableIdentifier.of(asked.namespace(), request.name());
    String caller = asked.call().caller();
    placement.check(caller, asked.namespace(), List.of(request.metadataLocation()));
    TableMetadata metadata = catalog.files().read(request.metadataLocation());
    placement.check(caller, asked.namespace(), List.of(metadata.location()));
    placement.checkProperties(caller, asked.namespace(), metadata.properties());
    catalog.register(
        name,
        metadata,
        request.overwrite() ? LakeCatalog.Existing.REPLACE : LakeCatalog.Existing.KEEP);
    return loaded(asked, name, metadata);
  }

  private Reply load(LakeCatalog catalog, Asked asked, TableIdentifier name, SnapshotMode mode) {
    String location = pointer(catalog, name);
    String tag = Tags.of(location, mode.name(), asked.call().caller());
    // Who holds a key that expires is handed one anew.
    boolean lasting = use(asked, name) == FileCredentials.Use.EVERYTHING;
    if (lasting && Tags.match(asked.call().header("if-none-match"), tag)) {
      catalog.files().check(location);
      return Reply.empty(304).with("ETag", tag);
    }
    TableMetadata whole = catalog.files().present(location);
    TableMetadata metadata =
        mode == SnapshotMode.ALL
            ? whole
            : CatalogHandlers.loadTable(catalog, name, mode).tableMetadata();
    return Answers.ok(response(asked, name, metadata)).with("ETag", tag);
  }

  private Reply update(LakeCatalog catalog, Asked asked) {
    UpdateTableRequest request = asked.body(UpdateTableRequest.class);
    TableIdentifier name = asked.table();
    if (request.identifier() != null && !request.identifier().equals(name)) {
      throw new BadRequestException(
          "the path names table %s, the request %s", name, request.identifier());
    }
    placement.checkUpdates(asked.call().caller(), asked.namespace(), request.updates());
    List<TableMetadata> after =
        catalog.commit(
            List.of(UpdateTableRequest.create(name, request.requirements(), request.updates())));
    return loaded(asked, name, after.get(0));
  }

  private Reply commit(LakeCatalog catalog, Asked asked) {
    CommitTransactionRequest request = asked.body(CommitTransactionRequest.class);
    request.validate();
    for (UpdateTableRequest change : request.tableChanges()) {
      placement.checkUpdates(
          asked.call().caller(), change.identifier().namespace(), change.updates());
    }
    catalog.commit(request.tableChanges());
    return Reply.empty(204);
  }

  private static Reply drop(LakeCatalog catalog, Asked asked) {
    switch (asked.call().query().getOrDefault("purgeRequested", "false")) {
      case "true", "True" -> CatalogHandlers.purgeTable(catalog, asked.table());
      case "false", "False" -> CatalogHandlers.dropTable(catalog, asked.table());
      default -> throw new BadRequestException("purgeRequested is true or false");
    }
    return Reply.empty(204);
  }

  private Reply credentials(LakeCatalog catalog, Asked asked) {
    TableMetadata metadata = catalog.files().read(pointer(catalog, asked.table()));
    return Answers.ok(
        ImmutableLoadCredentialsResponse.builder()
            .addAllCredentials(handout.credentials(metadata, use(asked, asked.table())))
            .build());
  }

  private static String pointer(LakeCatalog catalog, TableIdentifier name) {
    return catalog
        .registry()
        .find(name)
        .filter(found -> found.kind() == Kind.TABLE)
        .map(Pointer::location)
        .orElseThrow(() -> new NoSuchTableException("Table does not exist: %s", name));
  }

  private static SnapshotMode mode(Call call) {
    return switch (call.query().getOrDefault("snapshots", "all").toLowerCase(Locale.ROOT)) {
      case "all" -> SnapshotMode.ALL;
      case "refs" -> SnapshotMode.REFS;
      default -> throw new BadRequestException("snapshots is all or refs");
    };
  }

  private Reply loaded(Asked asked, TableIdentifier name, TableMetadata metadata) {
    Reply reply = Answers.ok(response(asked, name, metadata));
    return metadata.metadataFileLocation() == null
        ? reply
        : reply.with(
            "ETag",
            Tags.of(
                metadata.metadataFileLocation(), SnapshotMode.ALL.name(), asked.call().caller()));
  }

  /** A loaded table comes with what opens its files. */
  private LoadTableResponse response(Asked asked, TableIdentifier name, TableMetadata metadata) {
    FileCredentials.Use use = use(asked, name);
    return LoadTableResponse.builder()
        .withTableMetadata(metadata)
        .addAllConfig(handout.forFiles(metadata, use))
        .addAllCredentials(handout.credentials(metadata, use))
        .build();
  }

  private FileCredentials.Use use(Asked asked, TableIdentifier name) {
    if (asked.call().caller().equals(Gate.OWNER)) {
      return FileCredentials.Use.EVERYTHING;
    }
    return grants.may(asked.call().caller(), Right.WRITE, name.namespace())
        ? FileCredentials.Use.WRITE
        : FileCredentials.Use.READ;
  }
}
