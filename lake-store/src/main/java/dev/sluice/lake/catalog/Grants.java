package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Gate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.ForbiddenException;

/** Who may do what in the catalog: the owner everything, a principal what its settings say. */
public final class Grants {
  private final Map<String, Principal> principals;

  public Grants(List<Principal> principals) {
    this.principals =
        principals.stream().collect(Collectors.toMap(Principal::name, Function.identity()));
  }

  /** Refuses, before anything is looked up, so that nothing is told of what there is. */
  void require(String caller, Right right, Namespace namespace) {
    if (!may(caller, right, namespace)) {
      throw new ForbiddenException("%s may not %s namespace %s", caller, verb(right), namespace);
    }
  }

  boolean may(String caller, Right right, Namespace namespace) {
    return caller.equals(Gate.OWNER)
        || principal(caller).map(one -> one.may(right, namespace)).orElse(false);
  }

  boolean sees(String caller, Namespace namespace) {
    return caller.equals(Gate.OWNER)
        || principal(caller).map(one -> one.sees(namespace)).orElse(false);
  }

  public boolean mayRead(String caller, Namespace namespace) {
    return may(caller, Right.READ, namespace);
  }

  public boolean mayWrite(String caller, Namespace namespace) {
    return may(caller, Right.WRITE, namespace);
  }

  /** Whether there is any namespace whose tables the caller may write. */
  public boolean mayWriteSomewhere(String caller) {
    return caller.equals(Gate.OWNER)
        || principal(caller).map(one -> !one.namespaces(Right.WRITE).isEmpty()).orElse(false);
  }

  /** Whether the caller may read every table there is. */
  public boolean mayReadEverything(String caller) {
    return may(caller, Right.READ, Namespace.of(""));
  }

  /** Whether the caller may write every table there is. */
  public boolean mayWriteEverything(String caller) {
    return may(caller, Right.WRITE, Namespace.of(""));
  }

  private Optional<Principal> principal(String caller) {
    return Optional.ofNullable(principals.get(caller));
  }

  private static String verb(Right right) {
    return switch (right) {
      case READ -> "read in";
      case WRITE -> "write in";
      case OWN -> "change";
    };
  }
}
