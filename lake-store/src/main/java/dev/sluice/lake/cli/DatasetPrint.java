package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Datasets for people. */
final class DatasetPrint {
  private DatasetPrint() {}

  static void list(JsonNode answer, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode dataset : answer.path("datasets")) {
      rows.add(
          List.of(
              dataset.path("name").asText(),
              dataset.path("location").asText(),
              BookPrint.count(dataset.path("objects")),
              BookPrint.size(dataset.path("bytes")),
              dataset.path("state").asText(),
              dataset.path("owner").asText(),
              BookPrint.firstLine(dataset.path("description").asText())));
    }
    BookPrint.columns(
        List.of("NAME", "LOCATION", "OBJECTS", "SIZE", "STATE", "OWNER", "DESCRIPTION"), rows, out);
  }

  static void page(JsonNode dataset, PrintWriter out) {
    out.println(BookPrint.safe(dataset.path("name").asText()) + "  dataset");
    List<List<String>> facts = new ArrayList<>();
    BookPrint.fact(facts, "location", dataset.path("location").asText());
    BookPrint.fact(facts, "description", dataset.path("description").asText().replace("\n", " "));
    BookPrint.fact(facts, "owner", dataset.path("owner").asText());
    BookPrint.fact(facts, "on call", dataset.path("onCall").asText());
    BookPrint.fact(facts, "tags", BookPrint.joined(dataset.path("tags")));
    BookPrint.fact(
        facts,
        "holds",
        BookPrint.count(dataset.path("objects"))
            + " objects, "
            + BookPrint.size(dataset.path("bytes")));
    BookPrint.fact(facts, "counted", state(dataset));
    BookPrint.fact(facts, "last change", dataset.path("lastChange").asText());
    BookPrint.plain(facts, out);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode type : dataset.path("types")) {
      rows.add(
          List.of(
              type.path("type").asText(),
              BookPrint.count(type.path("objects")),
              BookPrint.size(type.path("bytes"))));
    }
    if (!rows.isEmpty()) {
      out.println();
      BookPrint.columns(List.of("TYPE", "OBJECTS", "SIZE"), rows, out);
    }
  }

  private static String state(JsonNode dataset) {
    String at = dataset.path("counted").asText();
    return switch (dataset.path("state").asText()) {
      case "counting" -> "not yet: the numbers are too small";
      case "followed" -> "every change";
      case "listed" -> "when it was listed, " + at;
      case "too-large" -> "no: it holds more than datasets.max-objects";
      default -> dataset.path("state").asText();
    };
  }

  static void removed(JsonNode answer, PrintWriter out) {
    out.println(
        BookPrint.safe(answer.path("removed").asText())
            + " is no longer declared; its objects stay");
  }

  static void suggestions(JsonNode answer, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode place : answer.path("suggestions")) {
      rows.add(
          List.of("s3://" + place.path("bucket").asText() + "/" + place.path("prefix").asText()));
    }
    BookPrint.columns(List.of("PLACE"), rows, out);
  }
}
