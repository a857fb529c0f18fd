package dev.sluice.ingest.table;

/**
 * A table cannot hold what its stream declares. Only a person can say what is meant; nothing is
 * written meanwhile.
 */
public final class TableMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TableMismatchException(String message) {
    super(message);
  }
}
