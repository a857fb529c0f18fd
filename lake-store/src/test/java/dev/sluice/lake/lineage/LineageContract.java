package dev.sluice.lake.lineage;

import static dev.sluice.lake.lineage.Events.columns;
import static dev.sluice.lake.lineage.Events.dataset;
import static dev.sluice.lake.lineage.Events.datasets;
import static dev.sluice.lake.lineage.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What lineage does, whichever database holds it. Each test has tables of its own. */
interface LineageContract {
  /** Not long ago, for what is older than {@code lineage.edge-age} is forgotten. */
  @SuppressWarnings("TimeInStaticInitializer") // a day more or less is the same to it
  String DATE = LocalDate.now(ZoneOffset.UTC).minusDays(3).toString();

  String DAY = DATE + "T0";

  CatalogRig rig();

  default void report(String event) {
    HttpResponse<String> answer = rig().post("/api/v1/lineage", event);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).isEmpty();
  }

  default JsonNode ask(String question) {
    HttpResponse<String> answer = rig().get("/api/v1/lineage" + question);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return CatalogRig.json(answer);
  }

  default HttpResponse<String> refused(int status, String event) {
    HttpResponse<String> answer = rig().post("/api/v1/lineage", event);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  /** The edges as {@code from > to by job}, in order. */
  static SortedSet<String> edges(JsonNode answer) {
    SortedSet<String> edges = new TreeSet<>();
    for (JsonNode edge : answer.path("edges")) {
      edges.add(
          end(edge, "from") + " > " + end(edge, "to") + " by " + edge.at("/job/name").asText("?"));
    }
    return edges;
  }

  private static String end(JsonNode edge, String end) {
    String column = edge.path(end + "Column").asText();
    return edge.path(end).asText("nothing") + (column.isEmpty() ? "" : ":" + column);
  }

  @Test
  default void tablesAreFollowedUpAndDownToADepth() {
    report(event("COMPLETE", DAY + "1:00:00Z", "d1", "d.one", datasets("d.a"), datasets("d.b")));
    report(event("COMPLETE", DAY + "2:00:00Z", "d2", "d.two", datasets("d.b"), datasets("d.c")));
    report(event("COMPLETE", DAY + "3:00:00Z", "d3", "d.three", datasets("d.c"), datasets("d.d")));

    assertThat(edges(ask("?table=d.b")))
        .containsExactly(
            "lake.d.a > lake.d.b by d.one",
            "lake.d.b > lake.d.c by d.two",
            "lake.d.c > lake.d.d by d.three");
    assertThat(edges(ask("?table=lake.d.b&direction=down&depth=1")))
        .containsExactly("lake.d.b > lake.d.c by d.two");
    JsonNode up = ask("?table=d.d&direction=up");
    assertThat(edges(up)).hasSize(3);
    assertThat(up.at("/nodes/3/id").asText()).isEqualTo("lake.d.a");
    assertThat(up.at("/nodes/3/distance").asInt()).isEqualTo(-3);
    assertThat(up.at("/edges/0/job/lastRun/state").asText()).isEqualTo("COMPLETE");
  }

  @Test
  default void aCircleEnds() {
    report(event("COMPLETE", DAY + "1:00:00Z", "c1", "c.one", datasets("c.a"), datasets("c.b")));
    report(event("COMPLETE", DAY + "1:00:00Z", "c2", "c.two", datasets("c.b"), datasets("c.a")));
    report(event("COMPLETE", DAY + "1:00:00Z", "c3", "c.self", datasets("c.a"), datasets("c.a")));

    JsonNode answer = ask("?table=c.a&depth=20");
    assertThat(answer.path("nodes")).hasSize(2);
    assertThat(edges(answer))
        .containsExactly(
            "lake.c.a > lake.c.a by c.self",
            "lake.c.a > lake.c.b by c.one",
            "lake.c.b > lake.c.a by c.two");
    assertThat(answer.path("truncated").asBoolean()).isFalse();
  }

  @Test
  default void whateverTheOrderOfTheEventsTheEndIsTheSame() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      String own = "order" + round;
      List<String> events = new ArrayList<>();
      String in = datasets(own + ".in");
      String out = dataset(own + ".out", columns("x<" + own + ".in.a", "y<" + own + ".in.b"));
      String older = dataset(own + ".out", columns("x<" + own + ".in.wrong"));
      events.add(event("START", DAY + "1:00:00Z", own, own, in, ""));
      events.add(event("RUNNING", DAY + "1:10:00Z", own, own, in, older));
      events.add(event("OTHER", DAY + "1:50:00Z", own, own, "", ""));
      events.add(event("COMPLETE", DAY + "1:40:00Z", own, own, "", out));
      events.add(events.get(0));
      Collections.shuffle(events, random);
      events.forEach(this::report);

      JsonNode job = ask("/job?namespace=nightly&name=" + own);
      assertThat(job.at("/runs/0/state").asText()).isEqualTo("COMPLETE");
      assertThat(job.at("/runs/0/started").asText()).isEqualTo(DATE + "T01:00:00Z");
      assertThat(job.at("/runs/0/ended").asText()).isEqualTo(DATE + "T01:40:00Z");
      assertThat(job.path("runs")).hasSize(1);
      assertThat(edges(ask("?table=" + own + ".in&direction=down")))
          .containsExactly("lake." + own + ".in > lake." + own + ".out by " + own);
      assertThat(edges(ask("?table=" + own + ".out&column=x&direction=up")))
          .containsExactly("lake." + own + ".in:a > lake." + own + ".out:x by " + own);
      assertThat(ask("/runs/" + Events.run(own)).path("events")).hasSize(4);
    }
  }

  @Test
  default void columnsAreFollowedAndWhatDecidesAboutRowsIsTold() {
    String filter =
        ",\"dataset\":[{\"namespace\":\"lake\",\"name\":\"k.raw\",\"field\":\"kind\","
            + "\"transformations\":[{\"type\":\"INDIRECT\",\"subtype\":\"FILTER\"}]}]";
    String facet = columns("user<k.raw.user_id", "day<k.raw.at").replaceAll("}}$", "}");
    report(
        event(
            "COMPLETE",
            DAY + "1:00:00Z",
            "k1",
            "k.one",
            datasets("k.raw"),
            dataset("k.mid", facet + filter + "}")));
    report(
        event(
            "COMPLETE",
            DAY + "2:00:00Z",
            "k2",
            "k.two",
            datasets("k.mid"),
            dataset("k.top", columns("users<k.mid.user"))));

    assertThat(edges(ask("?table=k.raw&column=user_id&direction=down")))
        .containsExactly(
            "lake.k.mid:user > lake.k.top:users by k.two",
            "lake.k.raw:user_id > lake.k.mid:user by k.one");
    assertThat(edges(ask("?table=k.top&column=users&direction=up")))
        .containsExactly(
            "lake.k.mid:user > lake.k.top:users by k.two",
            "lake.k.raw:kind > lake.k.mid by k.one",
            "lake.k.raw:user_id > lake.k.mid:user by k.one");
    assertThat(
            ask("?table=k.raw&column=kind&direction=down")
                .at("/edges/0/transformations/0/subtype")
                .asText())
        .isEqualTo("FILTER");
  }

  @Test
  default void whatBreaksWithAColumnIsKnownAndWhatMayBreakIsSaidApart() {
    report(
        event(
            "COMPLETE",
            DAY + "1:00:00Z",
            "i1",
            "i.reads",
            datasets("i.raw"),
            dataset("i.gold", columns("user<i.raw.user_id"))));
    report(
        event(
            "COMPLETE",
            DAY + "1:00:00Z",
            "i2",
            "i.other",
            datasets("i.raw"),
            dataset("i.days", columns("day<i.raw.at"))));
    report(event("COMPLETE", DAY + "1:00:00Z", "i3", "i.mute", datasets("i.raw"), ""));
    report(
        event("COMPLETE", DAY + "1:00:00Z", "i4", "i.next", datasets("i.gold"), datasets("i.top")));

    JsonNode impact = ask("/impact?table=i.raw&column=user_id");
    assertThat(impact.path("jobs").findValuesAsText("name")).containsExactly("i.reads");
    assertThat(impact.path("jobsThatMay").findValuesAsText("name")).containsExactly("i.mute");
    assertThat(impact.path("columns").findValuesAsText("column")).containsExactly("user");
    assertThat(impact.path("datasets").findValuesAsText("id"))
        .containsExactly("lake.i.gold", "lake.i.top");
    assertThat(ask("/impact?table=i.raw").path("datasets").findValuesAsText("id"))
        .containsExactlyInAnyOrder("lake.i.gold", "lake.i.days", "lake.i.top");
  }

  @Test
  default void checksAndMeasuresAreKeptAndTheLatestOfEachCheckStands() {
    String checks =
        """
        {"namespace":"lake","name":"q.t","inputFacets":{
          "dataQualityMetrics":{"_producer":"x","_schemaURL":"y","rowCount":%d},
          "dataQualityAssertions":{"assertions":[
            {"assertion":"not_null","success":%s,"column":"id","severity":"error",
             "expected":"0","actual":"3"},
            {"assertion":"row_count","success":true}]}}}
        """;
    report(event("COMPLETE", DAY + "2:00:00Z", "q2", "q.check", checks.formatted(7, "true"), ""));
    report(event("COMPLETE", DAY + "1:00:00Z", "q1", "q.check", checks.formatted(5, "false"), ""));

    JsonNode quality = ask("/quality?table=q.t&history=10");
    assertThat(quality.path("latest")).hasSize(2);
    assertThat(quality.path("latest").findValuesAsText("passed")).containsOnly("true");
    assertThat(quality.path("history")).hasSize(4);
    assertThat(quality.at("/history/3/detail/actual").asText()).isEqualTo("3");
    assertThat(quality.at("/metrics/values/rowCount").asInt()).isEqualTo(7);
    assertThat(quality.at("/metrics/run").asText()).isEqualTo(Events.run("q2"));
  }

  @Test
  default void jobsAndRunsTellWhatWasSaidOfThem() {
    report(
        """
        {"eventType":"FAIL","eventTime":"%sT05:00:00+02:00","producer":"p","schemaURL":"s",
         "run":{"runId":"%s","facets":{
           "parent":{"run":{"runId":"%s"},"job":{"namespace":"a","name":"b"}},
           "errorMessage":{"message":"disk full","programmingLanguage":"JAVA"},
           "of_my_own":{"anything":[1,2,{"deep":null}]}}},
         "job":{"namespace":"spark://cluster","name":"j.app/step 1","facets":{
           "sql":{"query":"INSERT INTO x SELECT 1"},"documentation":{"description":"steps"},
           "ownership":{"owners":[{"name":"team:data","type":"MAINTAINER"}]},
           "jobType":{"processingType":"BATCH","integration":"SPARK","jobType":"QUERY"}}},
         "outputs":[{"namespace":"lake","name":"j.out",
           "outputFacets":{"outputStatistics":{"rowCount":12,"size":3400}}}]}
        """
            .formatted(DATE, Events.run("j"), Events.run("parent")));

    JsonNode job = ask("/job?namespace=spark://cluster&name=j.app/step%201");
    assertThat(job.path("sql").asText()).isEqualTo("INSERT INTO x SELECT 1");
    assertThat(job.path("owners").asText()).isEqualTo("team:data");
    assertThat(job.path("kind").asText()).isEqualTo("BATCH SPARK QUERY");
    assertThat(job.at("/outputs/0/rows").asInt()).isEqualTo(12);
    assertThat(job.at("/lastRun/message").asText()).isEqualTo("disk full");
    assertThat(job.at("/lastRun/parent").asText()).isEqualTo(Events.run("parent"));
    JsonNode run = ask("/runs/" + Events.run("j"));
    assertThat(run.path("ended").asText()).isEqualTo(DATE + "T03:00:00Z");
    assertThat(run.at("/events/0/run/facets/of_my_own/anything/2/deep").isNull()).isTrue();
    assertThat(ask("/jobs?limit=200").path("jobs").findValuesAsText("name"))
        .contains("j.app/step 1");
  }

  @Test
  default void eventsOfJobsAndOfDatasetsAreTakenToo() {
    report(
        """
        {"eventTime":"%sT01:00:00Z","producer":"p","schemaURL":"s#/$defs/JobEvent",
         "job":{"namespace":"n","name":"w.job"},"inputs":[{"namespace":"lake","name":"w.a"}],
         "outputs":[{"namespace":"lake","name":"w.b"}]}
        """
            .formatted(DATE));
    report(
        """
        {"eventTime":"%sT01:00:00Z","producer":"p","schemaURL":"s#/$defs/DatasetEvent",
         "dataset":{"namespace":"lake","name":"w.c","facets":{
           "documentation":{"description":"third"}}}}
        """
            .formatted(DATE));

    assertThat(edges(ask("?table=w.b"))).containsExactly("lake.w.a > lake.w.b by w.job");
    JsonNode alone = ask("?table=w.c");
    assertThat(alone.path("edges")).isEmpty();
    assertThat(alone.path("root").path("exists").asBoolean()).isFalse();
  }

  @Test
  default void anEventThatIsNoneIsRefusedAndTheFieldIsNamed() {
    String good = event("START", DAY + "1:00:00Z", "x", "x", "", datasets("x.t"));
    assertThat(refused(400, "{\"eventTime\":").body()).contains("not JSON");
    assertThat(refused(400, "").body()).contains("empty");
    assertThat(refused(400, "7").body()).contains("the event is no object");
    assertThat(refused(400, "[" + good + "]").body()).contains("/api/v1/lineage/batch");
    assertThat(refused(400, good.replace("\"runId\"", "\"id\"")).body())
        .contains("run.runId is missing");
    assertThat(refused(400, good.replace(Events.run("x"), "17")).body())
        .contains("run.runId is no UUID");
    assertThat(refused(400, good.replace("\"eventTime\"", "\"time\"")).body())
        .contains("eventTime is missing");
    assertThat(refused(400, good.replace(DAY + "1:00:00Z", "yesterday")).body())
        .contains("eventTime is no time");
    assertThat(refused(400, good.replace("\"START\"", "\"BEGIN\"")).body())
        .contains("eventType is 'BEGIN'");
    assertThat(refused(400, good.replace("\"producer\"", "\"by\"")).body())
        .contains("producer is missing");
    assertThat(refused(400, good.replace("\"job\":{\"namespace\"", "\"job\":{\"space\"")).body())
        .contains("job.namespace is missing");
    assertThat(refused(400, good.replace("\"name\":\"x.t\"", "\"name\":[]")).body())
        .contains("outputs[0].name is no text");
    assertThat(refused(400, good.replace("x.t", "x.\\u0000t")).body())
        .contains("outputs[0].name holds a control character");
    assertThat(refused(400, good.replace("x.t", "x." + "t".repeat(3000))).body())
        .contains("outputs[0].name is 3002 bytes long");
    String broken = "\"columnLineage\":{\"fields\":{\"a\":{\"inputFields\":[{\"name\":\"n\"}]}}}";
    assertThat(
            refused(400, event("START", DAY + "1:00:00Z", "x", "x", "", dataset("x.t", broken)))
                .body())
        .contains("outputs[0].facets.columnLineage.fields.a.inputFields[0].namespace is missing");
    assertThat(rig().get("/api/v1/lineage?table=x.t").statusCode()).isEqualTo(404);
  }

  @Test
  default void ofABatchEachEventIsTakenOrRefusedByItself() {
    String good =
        event("COMPLETE", DAY + "1:00:00Z", "m", "m.job", datasets("m.a"), datasets("m.b"));
    HttpResponse<String> answer =
        rig().post("/api/v1/lineage/batch", "[" + good + ",{\"eventTime\":1}," + good + "]");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode told = CatalogRig.json(answer);
    assertThat(told.path("status").asText()).isEqualTo("partial_success");
    assertThat(told.at("/summary/successful").asInt()).isEqualTo(2);
    assertThat(told.at("/failed_events/0/index").asInt()).isOne();
    assertThat(told.at("/failed_events/0/reason").asText()).contains("eventTime");
    assertThat(edges(ask("?table=m.b"))).containsExactly("lake.m.a > lake.m.b by m.job");
    assertThat(rig().post("/api/v1/lineage/batch", "[{}]").statusCode()).isEqualTo(400);
    assertThat(rig().post("/api/v1/lineage/batch", good).statusCode()).isEqualTo(400);
  }

  @Test
  default void aTableIsKnownByAllTheNamesThatEnginesGiveIt() throws Exception {
    int port = rig().uri().getPort();
    String byFiles =
        """
        {"namespace":"s3a://lake","name":"warehouse/gold/named","facets":{}}
        """;
    String byLink =
        """
        {"namespace":"s3://elsewhere","name":"some/place","facets":{"symlinks":{"identifiers":[
          {"namespace":"http://localhost:%d","name":"gold.named","type":"TABLE"}]}}}
        """
            .formatted(port);
    String columnsOfLinked =
        """
        {"namespace":"lake","name":"lake.gold.made","facets":{"columnLineage":{"fields":{
          "x":{"inputFields":[{"namespace":"s3://elsewhere","name":"some/place","field":"y"}]}}}}}
        """;
    String foreign = "{\"namespace\":\"postgres://db:5432\",\"name\":\"gold.named\"}";
    try (RESTCatalog catalog = rig().client()) {
      catalog.createTable(
          TableIdentifier.of("gold", "named"),
          new Schema(NestedField.required(1, "y", Types.LongType.get())));
    }
    report(event("COMPLETE", DAY + "1:00:00Z", "n1", "n.files", byFiles, datasets("gold.made")));
    report(event("COMPLETE", DAY + "2:00:00Z", "n2", "n.link", byLink, columnsOfLinked));
    report(event("COMPLETE", DAY + "3:00:00Z", "n3", "n.else", foreign, datasets("gold.made")));

    JsonNode answer = ask("?table=gold.named&direction=down");
    assertThat(edges(answer))
        .containsExactly(
            "lake.gold.named > lake.gold.made by n.files",
            "lake.gold.named > lake.gold.made by n.link");
    assertThat(answer.path("root").path("exists").asBoolean()).isTrue();
    assertThat(edges(ask("?table=gold.named&column=y")))
        .containsExactly("lake.gold.named:y > lake.gold.made:x by n.link");
    assertThat(edges(ask("?dataset=postgres://db:5432/gold.named")))
        .containsExactly("postgres://db:5432/gold.named > lake.gold.made by n.else");
  }

  @Test
  default void aQuestionThatIsNoneIsRefused() {
    assertThat(rig().get("/api/v1/lineage").body()).contains("say of what");
    assertThat(rig().get("/api/v1/lineage?table=sessions").body()).contains("is no table's name");
    assertThat(rig().get("/api/v1/lineage?table=no.such").statusCode()).isEqualTo(404);
    assertThat(rig().get("/api/v1/lineage?table=no.such&depht=3").body()).contains("'depht'");
    assertThat(rig().get("/api/v1/lineage/runs/none").statusCode()).isEqualTo(404);
    assertThat(rig().get("/api/v1/lineage/nothing").statusCode()).isEqualTo(404);
    report(event("COMPLETE", DAY + "1:00:00Z", "z", "z", "", datasets("z.t")));
    assertThat(rig().get("/api/v1/lineage?table=z.t&depth=0").body()).contains("between 1 and 20");
    assertThat(rig().get("/api/v1/lineage?table=z.t&direction=left").body())
        .contains("direction is")
        .contains("left");
  }
}
