package dev.sluice.lake.database;

import java.sql.SQLException;
import java.util.Set;

/** Where the two databases differ. */
public enum Dialect {
  SQLITE("", "BLOB", ""),
  POSTGRES(" COLLATE \"C\"", "BYTEA", " FOR UPDATE");

  /** Serialization failure, deadlock, lock not available: the transaction was not made. */
  private static final Set<String> POSTGRES_AGAIN = Set.of("40001", "40P01", "55P03");

  private static final String POSTGRES_TAKEN = "23505";
  private static final int SQLITE_BUSY = 5;
  private static final int SQLITE_CONSTRAINT = 19;

  private final String collation;
  private final String bytes;
  private final String lock;

  Dialect(String collation, String bytes, String lock) {
    this.collation = collation;
    this.bytes = bytes;
    this.lock = lock;
  }

  static Dialect of(String url) {
    return url.startsWith("jdbc:postgresql:") ? POSTGRES : SQLITE;
  }

  /** Names sort by their bytes, so that pages are the same on both. */
  public String nameType() {
    return "TEXT" + collation;
  }

  public String bytesType() {
    return bytes;
  }

  /** A key that the database counts up by itself, and never gives out a second time. */
  public String countingKey() {
    return this == POSTGRES
        ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        : "INTEGER PRIMARY KEY AUTOINCREMENT";
  }

  /** Ends a query whose rows must stay as they are until the transaction ends. */
  public String locking() {
    return lock;
  }

  /** Whether the transaction was turned away for another's sake, and may be tried again. */
  public boolean again(SQLException failure) {
    return this == POSTGRES
        ? POSTGRES_AGAIN.contains(String.valueOf(failure.getSQLState()))
        : (failure.getErrorCode() & 0xff) == SQLITE_BUSY;
  }

  /** Whether a row with that key was there already. */
  public boolean taken(SQLException failure) {
    return this == POSTGRES
        ? POSTGRES_TAKEN.equals(failure.getSQLState())
        : (failure.getErrorCode() & 0xff) == SQLITE_CONSTRAINT;
  }
}
