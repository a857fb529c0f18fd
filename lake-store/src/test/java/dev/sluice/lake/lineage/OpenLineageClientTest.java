package dev.sluice.lake.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.transports.ApiKeyTokenProvider;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenLineage's own client, as the integrations of engines use it. */
class OpenLineageClientTest {
  private static final String TOKEN = "the-owner-of-it-all";

  private final OpenLineage make = new OpenLineage(URI.create("https://example.com/engine"));

  @Test
  @SuppressWarnings("try") // its close may say that it was interrupted
  void whatTheClientSendsIsUnderstood(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory, Map.of("SLUICE_CATALOG_TOKEN", TOKEN));
    try (OpenLineageClient client = client(rig, TOKEN);
        OpenLineageClient stranger = client(rig, "another-token-altogether")) {
      UUID run = UUID.nameUUIDFromBytes(new byte[] {1});
      client.emit(event(run, EventType.START));
      client.emit(event(run, EventType.COMPLETE));
      assertThatThrownBy(() -> stranger.emit(event(run, EventType.ABORT)))
          .hasMessageContaining("401");
      client.emit(
          make.newDatasetEventBuilder()
              .eventTime(ZonedDateTime.now(ZoneOffset.UTC))
              .dataset(make.newStaticDatasetBuilder().namespace("lake").name("gold.alone").build())
              .build());

      client.emit(checked());

      JsonNode up = ask(rig, "?table=gold.sessions&column=user&direction=up");
      assertThat(LineageContract.edges(up))
          .containsExactly(
              "lake.raw.app_events:user_id > lake.gold.sessions:user by nightly.sessions");
      assertThat(up.at("/edges/0/job/lastRun/state").asText()).isEqualTo("COMPLETE");
      JsonNode quality = ask(rig, "/quality?table=gold.sessions");
      assertThat(quality.at("/latest/0/assertion").asText()).isEqualTo("unique");
      assertThat(quality.at("/latest/0/passed").asBoolean(true)).isFalse();
      assertThat(quality.at("/metrics/values/rowCount").asInt()).isEqualTo(42);
    } finally {
      rig.stop();
    }
  }

  private static JsonNode ask(CatalogRig rig, String question) {
    return CatalogRig.json(
        rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/api/v1/lineage" + question))
                .header("Authorization", "Bearer " + TOKEN)
                .GET()));
  }

  private static OpenLineageClient client(CatalogRig rig, String token) {
    HttpConfig config = new HttpConfig();
    config.setUrl(rig.uri());
    config.setCompression(HttpConfig.Compression.GZIP);
    ApiKeyTokenProvider auth = new ApiKeyTokenProvider();
    auth.setApiKey(token);
    config.setAuth(auth);
    return OpenLineageClient.builder().transport(new HttpTransport(config)).build();
  }

  private OpenLineage.RunEvent event(UUID run, EventType type) {
    return make.newRunEventBuilder()
        .eventTime(ZonedDateTime.now(ZoneOffset.UTC))
        .eventType(type)
        .run(make.newRun(run, make.newRunFacetsBuilder().build()))
        .job(
            make.newJobBuilder()
                .namespace("spark")
                .name("nightly.sessions")
                .facets(
                    make.newJobFacetsBuilder()
                        .sql(make.newSQLJobFacet("SELECT 1", "spark"))
                        .build())
                .build())
        .inputs(
            List.of(
                make.newInputDatasetBuilder()
                    .namespace("s3://lake")
                    .name("warehouse/raw/app_events")
                    .build()))
        .outputs(List.of(output()))
        .build();
  }

  private OpenLineage.OutputDataset output() {
    var origin =
        make.newInputFieldBuilder()
            .namespace("s3://lake")
            .name("warehouse/raw/app_events")
            .field("user_id")
            .build();
    var columns =
        make.newColumnLineageDatasetFacetFieldsBuilder()
            .put(
                "user",
                make.newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                    .inputFields(List.of(origin))
                    .build())
            .build();
    return make.newOutputDatasetBuilder()
        .namespace("lake")
        .name("gold.sessions")
        .facets(
            make.newDatasetFacetsBuilder()
                .columnLineage(make.newColumnLineageDatasetFacetBuilder().fields(columns).build())
                .schema(
                    make.newSchemaDatasetFacetBuilder()
                        .fields(
                            List.of(
                                make.newSchemaDatasetFacetFieldsBuilder()
                                    .name("user")
                                    .type("string")
                                    .build()))
                        .build())
                .build())
        .build();
  }

  private OpenLineage.RunEvent checked() {
    var facets =
        make.newInputDatasetInputFacetsBuilder()
            .dataQualityAssertions(
                make.newDataQualityAssertionsDatasetFacetBuilder()
                    .assertions(
                        List.of(
                            make.newDataQualityAssertionsDatasetFacetAssertionsBuilder()
                                .assertion("unique")
                                .column("user")
                                .success(false)
                                .build()))
                    .build())
            .dataQualityMetrics(
                make.newDataQualityMetricsInputDatasetFacetBuilder().rowCount(42L).build())
            .build();
    return make.newRunEventBuilder()
        .eventTime(ZonedDateTime.now(ZoneOffset.UTC))
        .eventType(EventType.COMPLETE)
        .run(make.newRun(UUID.nameUUIDFromBytes(new byte[] {2}), null))
        .job(make.newJobBuilder().namespace("checks").name("nightly").build())
        .inputs(
            List.of(
                make.newInputDatasetBuilder()
                    .namespace("lake")
                    .name("gold.sessions")
                    .inputFacets(facets)
                    .build()))
        .build();
  }
}
