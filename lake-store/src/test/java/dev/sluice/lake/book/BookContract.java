package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What the book says of tables that real clients make, on whichever database. */
abstract class BookContract {
  private static final String BOOK = "/api/v1/book";
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get(), "the order's number"),
          NestedField.optional(2, "email", Types.StringType.get()),
          NestedField.optional(
              3,
              "address",
              Types.StructType.of(NestedField.optional(4, "city", Types.StringType.get()))),
          NestedField.optional(5, "at", Types.TimestampType.withZone()));

  abstract CatalogRig rig();

  private JsonNode get(String path) {
    HttpResponse<String> answer = rig().get(BOOK + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return CatalogRig.json(answer);
  }

  private JsonNode page(String table) {
    return get("/tables/" + table);
  }

  private JsonNode edit(String table, String edit) {
    HttpResponse<String> answer = rig().post(BOOK + "/tables/" + table + "/edits", edit);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return CatalogRig.json(answer);
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.path(field).asText()));
    return texts;
  }

  private List<String> changes(String table) {
    List<String> found = new ArrayList<>();
    for (JsonNode change : get("/tables/" + table + "/history").path("changes")) {
      found.addAll(texts(change.path("differences"), "text"));
    }
    return found;
  }

  private List<String> found(String words) {
    return texts(
        get("/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8)).path("hits"), "name");
  }

  @Test
  void aTableIsInTheBookAsSoonAsItIsMade() throws Exception {
    try (RESTCatalog client = client()) {
      PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).day("at").bucket("id", 8).build();
      Table table = client.createTable(TableIdentifier.of("raw", "orders"), SCHEMA, spec);
      JsonNode page = page("raw.orders");
      assertThat(page.path("kind").asText()).isEqualTo("table");
      assertThat(page.path("state").asText()).isEqualTo("present");
      assertThat(page.path("location").asText()).isEqualTo(table.location());
      assertThat(texts(page.path("columns"), "name"))
          .containsExactly("id", "email", "address", "address.city", "at");
      assertThat(page.path("columns").path(0).path("description").asText())
          .isEqualTo("the order's number");
      assertThat(page.path("partitioning").toString()).isEqualTo("[\"day(at)\",\"bucket(id, 8)\"]");
      assertThat(page.path("created").path("by").asText()).isEqualTo("owner");
      assertThat(page.path("freshness").path("state").asText()).isEqualTo("no-data");
      assertThat(changes("raw.orders")).containsExactly("created with 5 columns");
    }
  }

  @Test
  void rowsAndBytesGrowWithEachSnapshotAndWritersAreNamed() throws Exception {
    try (RESTCatalog client = client()) {
      Table table = client.createTable(TableIdentifier.of("raw", "grows"), SCHEMA);
      for (int id = 0; id < 3; id++) {
        Rows.append(table, List.of(Map.of("id", id)));
      }
      JsonNode page = page("raw.grows");
      assertThat(page.path("rows").asLong()).isEqualTo(3);
      assertThat(page.path("files").asLong()).isEqualTo(3);
      assertThat(page.path("bytes").asLong()).isPositive();
      assertThat(page.path("freshness").path("state").asText()).isEqualTo("no-promise");
      assertThat(page.path("writers").path(0).path("commits").asLong()).isEqualTo(3);
      assertThat(page.path("writers").path(0).path("by").asText()).isEqualTo("owner");
      assertThat(texts(get("/tables/raw.grows/trend").path("points"), "rows"))
          .containsExactly("3", "2", "1");
      assertThat(texts(get("/tables/raw.grows/trend?grain=day").path("points"), "rows"))
          .contains("3");
      assertThat(changes("raw.grows")).containsExactly("created with 5 columns");
    }
  }

  @Test
  void everyChangeOfASchemaIsToldInWords() throws Exception {
    try (RESTCatalog client = client()) {
      Table table = client.createTable(TableIdentifier.of("raw", "evolves"), SCHEMA);
      table
          .updateSchema()
          .addColumn("country", Types.StringType.get(), "ISO code")
          .renameColumn("email", "mail")
          .updateColumn("id", Types.LongType.get())
          .makeColumnOptional("id")
          .moveFirst("at")
          .commit();
      table.updateSchema().deleteColumn("address").commit();
      table.updateSpec().addField(Expressions.month("at")).commit();
      table.updateProperties().set("comment", "orders, as they come").commit();
      table.updateProperties().set("somebodys.counter", "7").commit();
      assertThat(changes("raw.evolves"))
          .containsExactly(
              "set property comment to orders, as they come",
              "partitioning: none became month(at)",
              "removed column address struct",
              "removed column address.city string",
              "added column country string",
              "changed id from int to long",
              "made id optional",
              "renamed column email to mail",
              "moved at to the front",
              "created with 5 columns");
      JsonNode old = get("/tables/raw.evolves/columns?schema=0");
      assertThat(texts(old.path("columns"), "name")).contains("email", "address.city");
      assertThat(old.path("schemas")).hasSize(3);
      assertThat(page("raw.evolves").path("description").asText())
          .isEqualTo("orders, as they come");
    }
  }

  @Test
  void whatPeopleSayHoldsBeforeWhatPropertiesSayAndIsKeptWithWhoAndWhen() throws Exception {
    try (RESTCatalog client = client()) {
      client
          .buildTable(TableIdentifier.of("raw", "said"), SCHEMA)
          .withProperty("comment", "from a property")
          .withProperty("owner", "data-team")
          .create();
      JsonNode made =
          edit(
              "raw.said",
              """
              {"table": {"description": "All orders.", "addTags": ["Finance", "tier/1"],
                "promisedAge": "2h", "onCall": "#orders"},
               "columns": {"email": {"pii": "email", "description": "who ordered"}}}
              """);
      assertThat(made.path("changed").asInt()).isEqualTo(6);
      JsonNode page = page("raw.said");
      assertThat(page.path("description").asText()).isEqualTo("All orders.");
      assertThat(page.path("sources").path("description").path("by").asText()).isEqualTo("owner");
      assertThat(page.path("owner").asText()).isEqualTo("data-team");
      assertThat(page.path("sources").path("owner").path("from").asText()).isEqualTo("property");
      assertThat(page.path("tags").toString()).isEqualTo("[\"finance\",\"tier/1\"]");
      assertThat(page.path("freshness").path("state").asText()).isEqualTo("late");
      assertThat(page.path("columns").path(1).path("pii").asText()).isEqualTo("email");
      edit("raw.said", "{\"table\": {\"description\": null, \"removeTags\": [\"finance\"]}}");
      assertThat(page("raw.said").path("description").asText()).isEqualTo("from a property");
      assertThat(edit("raw.said", "{\"table\": {\"removeTags\": [\"finance\"]}}").path("changed"))
          .isEqualTo(com.fasterxml.jackson.databind.node.IntNode.valueOf(0));
      JsonNode edits = get("/tables/raw.said/edits").path("edits");
      assertThat(edits).hasSize(2);
      assertThat(edits.path(0).path("changes").toString())
          .contains("\"before\":\"All orders.\"", "\"before\":\"finance,tier/1\"");
      assertThat(get("/tags").path("tags").toString())
          .contains("{\"tag\":\"tier/1\",\"tables\":1}");
    }
  }

  @Test
  void whatIsSaidOfAColumnFollowsItToItsNewNameAndToItsNamesakeInATableMadeAnew() throws Exception {
    TableIdentifier name = TableIdentifier.of("raw", "follows");
    try (RESTCatalog client = client()) {
      Table table = client.createTable(name, SCHEMA);
      edit("raw.follows", "{\"columns\": {\"email\": {\"pii\": \"email\"}}}");
      table.updateSchema().renameColumn("email", "contact").commit();
      assertThat(page("raw.follows").path("columns").path(1).toString())
          .contains("\"name\":\"contact\"", "\"pii\":\"email\"");
      client.dropTable(name);
      Schema other =
          new Schema(
              NestedField.optional(1, "contact", Types.StringType.get()),
              NestedField.optional(2, "x", Types.StringType.get()));
      client.createTable(name, other);
      assertThat(page("raw.follows").path("columns").toString())
          .contains(
              "{\"id\":1,\"name\":\"contact\",\"type\":\"string\",\"required\":false,\"pii\":\"email\"")
          .doesNotContain("\"id\":2,\"name\":\"x\",\"type\":\"string\",\"required\":false,\"pii\"");
      assertThat(changes("raw.follows"))
          .contains("dropped", "created with 2 columns", "created with 5 columns");
    }
  }

  @Test
  void aRenamedTableKeepsItsPageAndADroppedOneIsNoLongerFound() throws Exception {
    TableIdentifier moved = TableIdentifier.of("gold", "moved");
    try (RESTCatalog client = client()) {
      client.createTable(TableIdentifier.of("raw", "moves"), SCHEMA);
      edit("raw.moves", "{\"table\": {\"owner\": \"ann\"}}");
      client.renameTable(TableIdentifier.of("raw", "moves"), moved);
      assertThat(page("gold.moved").path("owner").asText()).isEqualTo("ann");
      assertThat(rig().get(BOOK + "/tables/raw.moves").statusCode()).isEqualTo(404);
      assertThat(found("moved")).containsExactly("gold.moved");
      client.dropTable(moved);
      assertThat(found("moved")).isEmpty();
      assertThat(page("gold.moved").path("state").asText()).isEqualTo("dropped");
      assertThat(changes("gold.moved"))
          .containsExactly(
              "dropped", "renamed from raw.moves to gold.moved", "created with 5 columns");
    }
  }

  @Test
  void searchRanksNamesBeforeColumnsBeforeDescriptionsAndSaysWhatMatched() throws Exception {
    try (RESTCatalog client = client()) {
      client.createNamespace(Namespace.of("found"));
      Schema with = new Schema(NestedField.required(1, "invoice_total", Types.LongType.get()));
      client.createTable(TableIdentifier.of("found", "invoices"), SCHEMA);
      client.createTable(TableIdentifier.of("found", "by_column"), with);
      client.createTable(TableIdentifier.of("found", "by_text"), SCHEMA);
      edit("found.by_text", "{\"table\": {\"description\": \"What an invoice costs us.\"}}");
      assertThat(found("invoice"))
          .containsExactly("found.invoices", "found.by_column", "found.by_text");
      assertThat(found("invocie namespace:found")).contains("found.by_column");
      assertThat(found("invoice costs")).containsExactly("found.by_text");
      assertThat(found("namespace:found column:invoice_total")).containsExactly("found.by_column");
      JsonNode match =
          get("/search?q=invoice%20costs").path("hits").path(0).path("matches").path(0);
      assertThat(match.path("field").asText()).isEqualTo("description");
      assertThat(match.path("excerpt").asText()).isEqualTo("What an invoice costs us.");
      assertThat(match.path("marks").toString()).isEqualTo("[[8,15],[16,21]]");
      edit("found.invoices", "{\"table\": {\"useInstead\": \"found.by_text\"}}");
      assertThat(found("invoices namespace:found deprecated:true"))
          .containsExactly("found.invoices");
    }
  }

  @Test
  void pagesOfSearchesAndListsHoldEachTableOnce() throws Exception {
    try (RESTCatalog client = client()) {
      client.createNamespace(Namespace.of("paged"));
      Set<String> made = new TreeSet<>();
      for (int i = 0; i < 7; i++) {
        client.createTable(TableIdentifier.of("paged", "t" + i), SCHEMA);
        made.add("paged.t" + i);
      }
      for (String question : List.of("/tables?namespace=paged", "/search?q=namespace:paged")) {
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
          JsonNode part =
              get(question + "&pageSize=3" + (token.isEmpty() ? "" : "&pageToken=" + token));
          assertThat(part.path("total").asInt()).isEqualTo(7);
          seen.addAll(texts(part.has("hits") ? part.path("hits") : part.path("tables"), "name"));
          token = part.path("nextPageToken").asText("");
        } while (!token.isEmpty());
        assertThat(seen).containsExactlyElementsOf(made);
      }
    }
  }

  @Test
  void aSampleMasksPersonalData() throws Exception {
    try (RESTCatalog client = client()) {
      Table table = client.createTable(TableIdentifier.of("raw", "people"), SCHEMA);
      Rows.append(table, List.of(Map.of("id", 7, "email", "ann@example.com")));
      assertThat(get("/tables/raw.people/sample").path("rows").toString())
          .isEqualTo("[[7,\"ann@example.com\",null,null]]");
      edit("raw.people", "{\"columns\": {\"email\": {\"pii\": \"email\"}}}");
      assertThat(get("/tables/raw.people/sample").path("rows").toString())
          .isEqualTo("[[7,\"a•••@example.com\",null,null]]");
      edit(
          "raw.people",
          "{\"columns\": {\"email\": {\"mask\": \"hash\"}, \"id\": {\"pii\": \"other\"}}}");
      JsonNode hashed = get("/tables/raw.people/sample?rows=1").path("rows").path(0);
      assertThat(hashed.path(0).asText()).isEqualTo("•••");
      assertThat(hashed.path(1).asText()).matches("#[0-9a-f]{16}");
      table.updateProperties().set("sluice.pii.address.city", "address").commit();
      assertThat(get("/tables/raw.people/sample").path("columns").path(2).path("mask").asText())
          .isEqualTo("hide");
    }
  }

  @Test
  void aViewHasAPageToo() throws Exception {
    try (RESTCatalog client = client()) {
      TableIdentifier view = TableIdentifier.of("gold", "busy_days");
      client
          .buildView(view)
          .withSchema(new Schema(NestedField.optional(1, "day", Types.DateType.get())))
          .withDefaultNamespace(Namespace.of("raw"))
          .withQuery("duckdb", "SELECT 1 AS day")
          .create();
      assertThat(page("gold.busy_days").path("kind").asText()).isEqualTo("view");
      assertThat(page("gold.busy_days").path("queries").path("duckdb").asText())
          .isEqualTo("SELECT 1 AS day");
      client
          .buildView(view)
          .withSchema(new Schema(NestedField.optional(1, "day", Types.DateType.get())))
          .withDefaultNamespace(Namespace.of("raw"))
          .withQuery("duckdb", "SELECT 2 AS day")
          .replace();
      assertThat(changes("gold.busy_days"))
          .contains("query (duckdb): SELECT 1 AS day became SELECT 2 AS day");
      assertThat(found("kind:view busy")).containsExactly("gold.busy_days");
    }
  }

  @Test
  void badInputIsRefusedInOneLineThatSaysWhat() throws Exception {
    try (RESTCatalog client = client()) {
      client.createTable(TableIdentifier.of("raw", "strict"), SCHEMA);
      String edits = BOOK + "/tables/raw.strict/edits";
      refused(rig().post(edits, "{\"table\": {\"ownr\": \"x\"}}"), 400, "did you mean 'owner'?");
      refused(rig().post(edits, "{\"table\": {\"addTags\": [\"no tag\"]}}"), 400, "is no tag");
      refused(rig().post(edits, "{\"table\": {\"promisedAge\": \"soon\"}}"), 400, "2h");
      refused(
          rig().post(edits, "{\"columns\": {\"emial\": {\"pii\": \"email\"}}}"), 400, "'email'");
      refused(
          rig().post(edits, "{\"columns\": {\"email\": {\"pii\": \"emial\"}}}"), 400, "'email'");
      refused(rig().post(edits, "not json"), 400, "not JSON");
      refused(rig().post(edits, "{}"), 400, "at least one field");
      refused(rig().get(BOOK + "/tables/raw.strickt"), 404, "did you mean 'raw.strict'?");
      refused(rig().get(BOOK + "/tables/strict"), 404, "did you mean raw.strict?");
      refused(rig().get(BOOK + "/search?q=tga:x"), 400, "did you mean 'tag'?");
      refused(rig().get(BOOK + "/search"), 400, "?q=WORDS");
      refused(rig().get(BOOK + "/search?q=x&pageSize=0"), 400, "between 1 and 500");
      refused(rig().get(BOOK + "/tables?nope=1"), 400, "'nope'");
      refused(rig().post(BOOK + "/search", "{}"), 405, "POST");
      refused(rig().get(BOOK + "/nothing"), 404, "nothing is served");
    }
  }

  private static void refused(HttpResponse<String> answer, int status, String words) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(CatalogRig.json(answer).path("error").path("message").asText())
        .contains(words)
        .doesNotContain("\n");
  }

  private RESTCatalog client() {
    return rig().client();
  }
}
