package dev.sluice.lake.catalog;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** The one place that says which right each operation needs, and on which namespaces. */
final class Admission {
  private final Grants grants;

  Admission(Grants grants) {
    this.grants = grants;
  }

  void check(Asked asked) {
    String caller = asked.call().caller();
    Right right = asked.route().right();
    for (Namespace namespace : touched(asked)) {
      grants.require(caller, right, namespace);
    }
  }

  private static List<Namespace> touched(Asked asked) {
    return switch (asked.route()) {
      case CONFIG, LIST_NAMESPACES, TOKENS -> List.of();
      case CREATE_NAMESPACE -> List.of(asked.body(CreateNamespaceRequest.class).namespace());
      case RENAME_TABLE, RENAME_VIEW -> {
        RenameTableRequest request = asked.body(RenameTableRequest.class);
        request.validate();
        yield List.of(request.source().namespace(), request.destination().namespace());
      }
      case COMMIT_TRANSACTION -> {
        List<Namespace> namespaces = new ArrayList<>();
        for (UpdateTableRequest change :
            asked.body(CommitTransactionRequest.class).tableChanges()) {
          if (change.identifier() == null) {
            throw new BadRequestException("each change of a transaction names its table");
          }
          namespaces.add(change.identifier().namespace());
        }
        yield namespaces;
      }
      default -> List.of(asked.namespace());
    };
  }
}
