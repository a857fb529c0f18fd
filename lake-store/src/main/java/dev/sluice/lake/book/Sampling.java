package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.JsonNode;

/** SQL, as far as the book asks it. */
public interface Sampling {
  /** An answer with {@code columns} and {@code rows}, or why there is none. */
  sealed interface Outcome {}

  /** The rows. */
  record Rows(JsonNode answer) implements Outcome {}

  /** A refusal with its status. */
  record Refused(int status, String type, String message) implements Outcome {}

  Outcome ask(String caller, String sql);
}
