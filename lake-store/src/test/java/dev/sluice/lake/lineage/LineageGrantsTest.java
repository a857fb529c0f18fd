package dev.sluice.lake.lineage;

import static dev.sluice.lake.lineage.Events.columns;
import static dev.sluice.lake.lineage.Events.dataset;
import static dev.sluice.lake.lineage.Events.datasets;
import static dev.sluice.lake.lineage.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who may report, and what whoever may not read all is shown. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LineageGrantsTest {
  private static final String OWNER = "the-owner-of-it-all";
  private static final String READER = "the-reader-of-gold";
  private static final String WRITER = "the-writer-of-gold";
  private static final String HALF = "the-writer-of-half";

  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path yaml =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: %s
              principals:
                - {name: reader, token: %s, read: [gold]}
                - {name: writer, token: %s, read: ["*"], write: [gold]}
                - {name: half, token: %s, write: [gold]}
            """
                .formatted(OWNER, READER, WRITER, HALF));
    rig = new CatalogRig(directory, Map.of(), Optional.of(yaml));
    String made = dataset("gold.made", columns("x<raw.secret.card"));
    assertThat(report(WRITER, "raw.secret", made)).isEqualTo(201);
    assertThat(report(OWNER, "raw.open", datasets("raw.secret"))).isEqualTo(201);
    assertThat(report(WRITER, "gold.made", datasets("gold.next"))).isEqualTo(201);
    assertThat(report(OWNER, "{\"namespace\":\"s3://in\",\"name\":\"box\"}", datasets("gold.made")))
        .isEqualTo(201);
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  private int report(String token, String input, String output) {
    String run = input + output;
    String job = "job-of-" + input.replaceAll("[^a-z.]", "");
    return rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/api/v1/lineage"))
                .header("Authorization", "Bearer " + token)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        event(
                            "COMPLETE",
                            LineageContract.DAY + "1:00:00Z",
                            run,
                            job,
                            datasets(input),
                            output))))
        .statusCode();
  }

  private HttpResponse<String> get(String token, String question) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/lineage" + question))
            .header("Authorization", "Bearer " + token)
            .GET());
  }

  @Test
  void nobodyReportsWithoutATokenNorWhoWritesNothingNorOfTablesThatAreNotTheirs() {
    assertThat(rig.post("/api/v1/lineage", "{}").statusCode()).isEqualTo(401);
    assertThat(report(READER, "gold.a", datasets("gold.b"))).isEqualTo(403);
    assertThat(report(WRITER, "gold.a", datasets("raw.b"))).isEqualTo(403);
    assertThat(report(HALF, "raw.a", datasets("gold.b"))).isEqualTo(403);
    String columns = dataset("gold.b", columns("x<raw.a.b"));
    assertThat(report(HALF, "gold.a", columns)).isEqualTo(403);
    assertThat(get(OWNER, "?table=gold.b").statusCode()).isEqualTo(404);
  }

  @Test
  void whatOneMayNotReadHasNoNameAndIsNotFollowed() {
    HttpResponse<String> answer = get(READER, "?table=gold.made");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("lake.gold.next", "\"hidden-1\"", "\"hidden-2\"")
        .doesNotContain("secret", "open", "box", "card");
    assertThat(get(READER, "?table=gold.made&column=x").body())
        .contains("\"hidden-1\"")
        .doesNotContain("secret", "card", "IDENTITY");
    assertThat(get(WRITER, "?table=gold.made").body()).contains("lake.raw.secret", "lake.raw.open");
  }

  @Test
  void whatOneMayNotReadIsNotToldApartFromWhatIsNot() {
    assertThat(get(READER, "?table=raw.secret").statusCode()).isEqualTo(403);
    assertThat(get(READER, "?table=raw.none").statusCode()).isEqualTo(403);
    assertThat(get(READER, "?dataset=s3://in/box").statusCode()).isEqualTo(403);
    assertThat(get(READER, "/quality?table=raw.secret").statusCode()).isEqualTo(403);
    assertThat(get(READER, "/impact?table=raw.secret").statusCode()).isEqualTo(403);
  }

  @Test
  void jobsAndRunsThatTouchSomethingHiddenAreNotThere() {
    assertThat(get(READER, "/jobs").body())
        .contains("job-of-gold.made")
        .doesNotContain("secret", "job-of-raw");
    String job = "/job?namespace=nightly&name=job-of-raw.secret";
    assertThat(get(READER, job).statusCode()).isEqualTo(404);
    assertThat(get(WRITER, job).statusCode()).isEqualTo(200);
    String run = "/runs/" + Events.run("raw.open" + datasets("raw.secret"));
    assertThat(get(READER, run).statusCode()).isEqualTo(404);
    assertThat(get(OWNER, run).statusCode()).isEqualTo(200);
  }
}
