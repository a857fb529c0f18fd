package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Page;
import dev.sluice.lake.http.Reply;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ListTablesResponse;

/** The operations on views. */
final class ViewCalls {
  private final Placement placement;

  ViewCalls(Placement placement) {
    this.placement = placement;
  }

  Reply answer(LakeCatalog catalog, Asked asked) {
    return switch (asked.route()) {
      case LIST_VIEWS -> list(catalog, asked);
      case CREATE_VIEW -> create(catalog, asked);
      case REGISTER_VIEW -> register(catalog, asked);
      case LOAD_VIEW -> Answers.ok(CatalogHandlers.loadView(catalog, asked.view()));
      case VIEW_EXISTS -> Answers.done(() -> CatalogHandlers.viewExists(catalog, asked.view()));
      case UPDATE_VIEW -> update(catalog, asked);
      case DROP_VIEW -> Answers.done(() -> CatalogHandlers.dropView(catalog, asked.view()));
      default ->
          Answers.done(
              () -> CatalogHandlers.renameView(catalog, asked.body(RenameTableRequest.class)));
    };
  }

  /** The answer to a change that was made by an earlier call. */
  Reply again(LakeCatalog catalog, Asked asked) {
    TableIdentifier name =
        switch (asked.route()) {
          case CREATE_VIEW ->
              TableIdentifier.of(asked.namespace(), asked.body(CreateViewRequest.class).name());
          case REGISTER_VIEW ->
              TableIdentifier.of(asked.namespace(), asked.body(RegisterViewRequest.class).name());
          default -> asked.view();
        };
    return Answers.ok(CatalogHandlers.loadView(catalog, name));
  }

  private static Reply list(LakeCatalog catalog, Asked asked) {
    Page<TableIdentifier> page =
        catalog.list(asked.namespace(), Kind.VIEW, Paging.cut(asked.call()));
    return Answers.ok(
        ListTablesResponse.builder()
            .addAll(page.items())
            .nextPageToken(Paging.token(page.next()))
            .build());
  }

  private Reply create(LakeCatalog catalog, Asked asked) {
    CreateViewRequest request = asked.body(CreateViewRequest.class);
    placement.check(
        asked.call().caller(),
        asked.namespace(),
        Optional.ofNullable(request.location()).map(List::of).orElse(List.of()));
    placement.checkProperties(asked.call().caller(), asked.namespace(), request.properties());
    return Answers.ok(CatalogHandlers.createView(catalog, asked.namespace(), request));
  }

  private Reply register(LakeCatalog catalog, Asked asked) {
    RegisterViewRequest request = asked.body(RegisterViewRequest.class);
    placement.check(asked.call().caller(), asked.namespace(), List.of(request.metadataLocation()));
    return Answers.ok(CatalogHandlers.registerView(catalog, asked.namespace(), request));
  }

  private Reply update(LakeCatalog catalog, Asked asked) {
    UpdateTableRequest request = asked.body(UpdateTableRequest.class);
    placement.checkUpdates(asked.call().caller(), asked.namespace(), request.updates());
    return Answers.ok(CatalogHandlers.updateView(catalog, asked.view(), request));
  }
}
