package dev.sluice.transform.source;

import java.util.Optional;

/**
 * A column as its server describes it.
 *
 * @param type the server's own word for the type, without what it is declared with
 * @param declared the type in full, for a person
 * @param precision digits, characters or bits, where the type is declared with some
 * @param scale digits after the point
 * @param element the type of an array's elements
 */
record SourceColumn(
    String name,
    String type,
    String declared,
    Optional<Integer> precision,
    Optional<Integer> scale,
    Optional<String> element,
    String says) {
  /** A column of an array's elements. */
  SourceColumn ofElements() {
    return new SourceColumn(
        name, element.orElseThrow(), declared, precision, scale, Optional.empty(), says);
  }
}
