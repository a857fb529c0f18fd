package dev.sluice.ingest.recent;

/** The store of ids failed: what it held is lost and is gathered again by whoever begins anew. */
public final class IdsLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IdsLostException(String what, Throwable cause) {
    super("the store of recent ids " + what, cause);
  }
}
