package dev.sluice.lake.s3;

import dev.sluice.awswire.QueryString;
import dev.sluice.lake.access.Right;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What requests for an operation look like, and the right they take. A parameter that is neither
 * required nor known is a feature we do not have.
 */
record Shape(
    String method,
    Level level,
    Right right,
    Body body,
    Scope scope,
    List<String> required,
    Set<String> optional) {
  /** What the path names. */
  enum Level {
    SERVICE,
    BUCKET,
    OBJECT;

    static Level of(S3Request request) {
      return request.bucket().isEmpty() ? SERVICE : request.key().isEmpty() ? BUCKET : OBJECT;
    }
  }

  /** What the body is: none, a small document, bytes for the store, or a form that holds them. */
  enum Body {
    NONE,
    DOCUMENT,
    OBJECT,
    FORM
  }

  /** What the right must be on: what the path names, or the keys that the prefix selects. */
  enum Scope {
    NAMED,
    PREFIX
  }

  Shape {
    required = List.copyOf(required);
    optional = Set.copyOf(optional);
  }

  /** A request that takes the right to read, has no body and no parameters. */
  static Shape of(String method, Level level) {
    return new Shape(method, level, Right.READ, Body.NONE, Scope.NAMED, List.of(), Set.of());
  }

  Shape needs(Right other) {
    return new Shape(method, level, other, body, scope, required, optional);
  }

  /** With a body. */
  Shape with(Body other) {
    return new Shape(method, level, right, other, scope, required, optional);
  }

  /** A listing, of the keys its parameter {@code prefix} selects. */
  Shape lists() {
    return new Shape(method, level, right, body, Scope.PREFIX, required, optional);
  }

  /** Told from others by parameters of these names. */
  Shape asked(String names) {
    return new Shape(method, level, right, body, scope, words(names), optional);
  }

  /** Which further parameters it may have. */
  Shape takes(String names) {
    return new Shape(method, level, right, body, scope, required, Set.copyOf(words(names)));
  }

  private static List<String> words(String names) {
    return Arrays.asList(names.trim().split(" +", -1));
  }

  boolean fits(String ofMethod, Level ofLevel, QueryString query) {
    return method.equals(ofMethod) && level == ofLevel && required.stream().allMatch(query::has);
  }

  boolean knows(String parameter) {
    return required.contains(parameter) || optional.contains(parameter);
  }
}
