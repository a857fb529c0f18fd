package dev.sluice.lake.catalog.registry;

/**
 * That a request was carried out, kept in the same transaction as what it changed.
 *
 * @param key the request's own, the same at every retry
 * @param digest of what was asked, so that a key used for something else is noticed
 */
public record Receipt(String key, String digest, int status) {
  /** Another server carried the same request out in the meantime. */
  public static final class Doubled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Doubled() {
      super("the same request was carried out elsewhere at the same time");
    }
  }
}
