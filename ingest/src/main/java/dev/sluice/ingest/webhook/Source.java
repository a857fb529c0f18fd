package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Objects;
import java.util.Optional;

/** A place of a call where a value may be. */
sealed interface Source {

  /** A field of the body's object, else a parameter of the form, else of the query. */
  record Named(String name) implements Source {}

  record Query(String name) implements Source {}

  record Form(String name) implements Source {}

  record Pointer(JsonPointer path) implements Source {
    public Pointer {
      Objects.requireNonNull(path, "path");
    }
  }

  record Header(String name) implements Source {}

  record Fixed(String text) implements Source {}

  /** When the call came. */
  record Received() implements Source {}

  static Source parse(String text) {
    if (text.equals("received")) {
      return new Received();
    }
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (rest.isEmpty()) {
      throw unknown(text);
    }
    return switch (kind) {
      case "field" -> new Named(rest);
      case "query" -> new Query(rest);
      case "form" -> new Form(rest);
      case "json" -> new Pointer(JsonPointer.compile(rest));
      case "header" -> new Header(rest);
      case "text" -> new Fixed(rest);
      default -> throw unknown(text);
    };
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        "from: \""
            + text
            + "\"; use field:NAME, query:NAME, form:NAME, json:/PATH, header:NAME, text:TEXT or"
            + " received");
  }

  default Optional<JsonNode> in(Call call, JsonNode object) {
    if (this instanceof Named named) {
      JsonNode value = object.path(named.name());
      return value.isMissingNode()
          ? call.form(named.name()).or(() -> call.query(named.name()))
          : Optional.of(value);
    } else if (this instanceof Query query) {
      return call.query(query.name());
    } else if (this instanceof Form form) {
      return call.form(form.name());
    } else if (this instanceof Pointer pointer) {
      JsonNode value = object.at(pointer.path());
      return value.isMissingNode() ? Optional.empty() : Optional.of(value);
    } else if (this instanceof Header header) {
      return call.header(header.name()).map(TextNode::valueOf);
    } else if (this instanceof Fixed fixed) {
      return Optional.of(TextNode.valueOf(fixed.text()));
    }
    return Optional.of(TextNode.valueOf(call.received().toString()));
  }

  /** What is spent once this is used: a name where it was; empty of what lies deeper. */
  default Optional<Sent> spends(Call call, JsonNode object) {
    if (this instanceof Named named) {
      Sent.Place beside =
          call.form().containsKey(named.name()) ? Sent.Place.FORM : Sent.Place.QUERY;
      return Optional.of(
          new Sent(object.has(named.name()) ? Sent.Place.BODY : beside, named.name()));
    } else if (this instanceof Query query) {
      return Optional.of(new Sent(Sent.Place.QUERY, query.name()));
    } else if (this instanceof Form form) {
      return Optional.of(new Sent(Sent.Place.FORM, form.name()));
    } else if (this instanceof Pointer pointer
        && pointer.path().tail() != null
        && pointer.path().tail().matches()) {
      return Optional.of(new Sent(Sent.Place.BODY, pointer.path().getMatchingProperty()));
    }
    return Optional.empty();
  }

  /** A name on a call's own level, and where it is. */
  record Sent(Place place, String name) {
    /** The parts of a call that have names. */
    enum Place {
      BODY,
      FORM,
      QUERY
    }

    public Sent {
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(name, "name");
    }
  }
}
