package dev.sluice.ingest.definition;

import java.util.Objects;

/**
 * What a new version of a stream would break.
 *
 * @param field the field, or what else of the definition it is
 * @param rule which rule forbids it
 * @param detail one line for who wrote the definition
 */
public record Violation(String field, String rule, String detail) {
  public Violation {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(detail, "detail");
  }
}
