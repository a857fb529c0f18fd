package dev.sluice.lake.catalog.registry;

import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** What came of a change. All but {@link Done} mean that nothing was changed. */
public sealed interface Outcome {
  /**
   * It is made.
   *
   * @param answer kept for a retry, if that is to be answered as the first was
   */
  record Done(String answer) implements Outcome {
    public Done() {
      this("");
    }
  }

  /** A pointer was not what it was expected to be; it may be gone. */
  record Moved(TableIdentifier name) implements Outcome {}

  /** The name to be made stands for something already. */
  record Taken(TableIdentifier name, Kind kind) implements Outcome {}

  /** The name stands for nothing of that kind. */
  record Missing(TableIdentifier name) implements Outcome {}

  /** The namespace is not there. */
  record NoNamespace(Namespace namespace) implements Outcome {}

  /** The namespace is there already. */
  record NamespaceTaken(Namespace namespace) implements Outcome {}

  /** The namespace holds something still. */
  record NotEmpty(Namespace namespace, String holds) implements Outcome {}
}
