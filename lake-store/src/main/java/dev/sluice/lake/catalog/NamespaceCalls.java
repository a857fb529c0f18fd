package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Page;
import dev.sluice.lake.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.responses.CreateNamespaceResponse;
import org.apache.iceberg.rest.responses.ListNamespacesResponse;
import org.apache.iceberg.rest.responses.UpdateNamespacePropertiesResponse;

/** The operations on namespaces. */
final class NamespaceCalls {
  private final Grants grants;

  NamespaceCalls(Grants grants) {
    this.grants = grants;
  }

  Reply answer(LakeCatalog catalog, Asked asked) {
    return switch (asked.route()) {
      case LIST_NAMESPACES -> list(catalog, asked);
      case CREATE_NAMESPACE -> create(catalog, asked);
      case LOAD_NAMESPACE -> Answers.ok(CatalogHandlers.loadNamespace(catalog, asked.namespace()));
      case NAMESPACE_EXISTS ->
          Answers.done(() -> CatalogHandlers.namespaceExists(catalog, asked.namespace()));
      case DROP_NAMESPACE ->
          Answers.done(() -> CatalogHandlers.dropNamespace(catalog, asked.namespace()));
      default -> update(catalog, asked);
    };
  }

  /** The answer to a change that was made by an earlier call. */
  Reply again(LakeCatalog catalog, Asked asked) {
    return created(catalog, asked.body(CreateNamespaceRequest.class).namespace());
  }

  /** What the caller may not see is left out, so a page may be shorter than asked for. */
  private Reply list(LakeCatalog catalog, Asked asked) {
    Namespace parent =
        Optional.ofNullable(asked.call().query().get("parent"))
            .filter(name -> !name.isEmpty())
            .map(RESTUtil::namespaceFromQueryParam)
            .orElse(Namespace.empty());
    Page<Namespace> page = catalog.children(parent, Paging.cut(asked.call()));
    return Answers.ok(
        ListNamespacesResponse.builder()
            .addAll(
                page.items().stream()
                    .filter(each -> grants.sees(asked.call().caller(), each))
                    .collect(Collectors.toCollection(ArrayList::new)))
            .nextPageToken(Paging.token(page.next()))
            .build());
  }

  private static Reply create(LakeCatalog catalog, Asked asked) {
    CreateNamespaceRequest request = asked.body(CreateNamespaceRequest.class);
    catalog.createNamespace(request.namespace(), request.properties());
    return created(catalog, request.namespace());
  }

  private static Reply created(LakeCatalog catalog, Namespace namespace) {
    return Answers.ok(
        CreateNamespaceResponse.builder()
            .withNamespace(namespace)
            .setProperties(catalog.loadNamespaceMetadata(namespace))
            .build());
  }

  private static Reply update(LakeCatalog catalog, Asked asked) {
    UpdateNamespacePropertiesRequest request = asked.body(UpdateNamespacePropertiesRequest.class);
    request.validate();
    Namespace namespace = asked.namespace();
    String answer =
        catalog.change(
            namespace,
            request.updates(),
            Set.copyOf(request.removals()),
            there -> updated(request, there));
    return Reply.json(200, answer.getBytes(StandardCharsets.UTF_8));
  }

  private static String updated(UpdateNamespacePropertiesRequest request, Set<String> there) {
    Set<String> removed = new HashSet<>(request.removals());
    Set<String> missing = new HashSet<>(removed);
    missing.removeAll(there);
    removed.retainAll(there);
    UpdateNamespacePropertiesResponse response =
        UpdateNamespacePropertiesResponse.builder()
            .addMissing(missing)
            .addUpdated(request.updates().keySet())
            .addRemoved(removed)
            .build();
    return new String(RestJson.write(response), StandardCharsets.UTF_8);
  }
}
