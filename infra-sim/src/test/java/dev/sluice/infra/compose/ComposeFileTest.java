package dev.sluice.infra.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.lake.LakeSettings;
import dev.sluice.monitoring.MonitorSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Without an engine that would run it: whether the compose file means what our settings know. */
class ComposeFileTest {
  private static final ComposeFile FILE = ComposeFile.read();
  private static final Map<String, ComposeFile.Service> SERVICES = FILE.services();

  /** The settings a daemon would start with: its mounted file, its environment. */
  private static <T extends Record> T settings(String service, Class<T> type) {
    ComposeFile.Service daemon = SERVICES.get(service);
    List<String> command = daemon.words("command");
    assertThat(command).hasSize(3).startsWith(service, "--config");
    return Settings.read(type, Optional.of(daemon.mounted(command.get(2))), daemon.environment());
  }

  private static LakeSettings lake() {
    return settings("lake", LakeSettings.class);
  }

  private static IngestSettings ingest() {
    return settings("ingest", IngestSettings.class);
  }

  private static MonitorSettings monitor() {
    return settings("monitor", MonitorSettings.class);
  }

  @Test
  void everyPublishedPortIsWhereTheSettingsListen() {
    LakeSettings lake = lake();
    assertThat(SERVICES.get("lake").publishedPorts())
        .containsExactly(lake.s3().port(), lake.catalog().port());
    assertThat(SERVICES.get("ingest").publishedPorts())
        .containsExactly(ingest().door().port(), ingest().mqtt().port());
    assertThat(SERVICES.get("monitor").publishedPorts()).containsExactly(monitor().port());
    assertThat(SERVICES.get("spark-master").publishedPorts())
        .containsExactly(Integer.valueOf(SERVICES.get("spark-master").words("command").get(3)));
    for (ComposeFile.Service service : SERVICES.values()) {
      assertThat(service.words("ports"))
          .as("%s is published on loopback only, at the same number", service.name())
          .allMatch(port -> port.matches("127\\.0\\.0\\.1:(\\d+):\\1"));
    }
  }

  @Test
  void everyDaemonFindsTheOthers() throws Exception {
    LakeSettings lake = lake();
    IngestSettings ingest = ingest();
    assertThat(lake.s3().host()).as("handed to clients").isEqualTo("lake");
    assertThat(ingest.sink().catalog()).isEqualTo(uri("lake", lake.catalog().port()));
    assertThat(ingest.sink().token()).isEqualTo(lake.catalog().token()).isPresent();
    Map<String, String> kafka = SERVICES.get("kafka").environment();
    assertThat(Optional.ofNullable(kafka.get("KAFKA_ADVERTISED_LISTENERS")))
        .isEqualTo(ingest.log().bootstrapServers().map(server -> "PLAINTEXT://" + server));
    Map<String, String> postgres = SERVICES.get("postgres").environment();
    assertThat(lake.catalog().database())
        .contains("jdbc:postgresql://postgres:5432/" + postgres.get("POSTGRES_DB"));
    assertThat(lake.catalog().databaseUser()).contains(postgres.get("POSTGRES_USER"));
    assertThat(lake.catalog().databasePassword().orElseThrow().value())
        .isEqualTo(postgres.get("POSTGRES_PASSWORD"));
    Map<String, URI> daemons =
        Map.of(
            "lake", uri("lake", lake.catalog().port()),
            "ingest", uri("ingest", ingest.door().port()));
    assertThat(monitor().targets()).isEqualTo(daemons);
    assertThat(monitor().keys())
        .isEqualTo(
            Map.of(
                "lake", lake.catalog().token().orElseThrow(),
                "ingest", ingest.door().writeKey().orElseThrow()));
    List<String> master = SERVICES.get("spark-master").words("command");
    assertThat(SERVICES.get("spark-worker").words("command"))
        .contains("spark://" + master.get(1) + ":" + master.get(2));
    assertThat(master.get(1)).isEqualTo("spark-master");
  }

  private static URI uri(String host, int port) {
    return URI.create("http://" + host + ":" + port);
  }

  @Test
  void prometheusScrapesEveryDaemonOfOurs() throws Exception {
    Set<String> expected =
        Set.of(
            "lake:" + lake().catalog().port(),
            "ingest:" + ingest().door().port(),
            "monitor:" + monitor().port());
    Path config = SERVICES.get("prometheus").mounted("/etc/prometheus/prometheus.yml");
    Map<String, String> shown =
        Map.of("lake", "SLUICE_CATALOG_TOKEN", "ingest", "SLUICE_WRITE_KEY");
    Set<String> scraped = new HashSet<>();
    for (JsonNode job : ComposeFile.yaml(config).path("scrape_configs")) {
      String name = job.path("job_name").asText();
      String target = job.path("static_configs").path(0).path("targets").path(0).asText();
      assertThat(target).startsWith(name + ":");
      scraped.add(target);
      String file = job.path("authorization").path("credentials_file").asText();
      String secret = file.replace("/run/secrets/", "");
      assertThat(FILE.tree().path("secrets").path(secret).path("environment").asText())
          .as("what Prometheus shows %s", name)
          .isEqualTo(shown.getOrDefault(name, ""));
      if (!file.isEmpty()) {
        assertThat(SERVICES.get("prometheus").words("secrets")).contains(secret);
      }
    }
    assertThat(scraped).isEqualTo(expected);
  }

  @Test
  void everyHealthCheckAsksWhereTheDaemonListens() {
    Map<String, Integer> ports =
        Map.of(
            "lake", lake().catalog().port(),
            "ingest", ingest().door().port(),
            "monitor", monitor().port());
    ports.forEach(
        (service, port) -> {
          List<String> test = new ArrayList<>();
          SERVICES.get(service).path("healthcheck").path("test").forEach(w -> test.add(w.asText()));
          assertThat(test.subList(2, 4)).containsExactly(service, Integer.toString(port));
          if (test.size() > 4) {
            assertThat(SERVICES.get(service).environment()).containsKey(test.get(4));
          }
          assertThat(inImage(test.get(1))).isExecutable();
        });
  }

  /** What the image holds at that path comes from here. */
  private static Path inImage(String path) {
    assertThat(path).startsWith("/opt/sluice/");
    return ComposeFile.ROOT.resolve(path.substring("/opt/sluice/".length()));
  }

  @Test
  void everyServiceThatIsNamedExistsAndCanBeWaitedFor() {
    for (ComposeFile.Service service : SERVICES.values()) {
      service
          .path("depends_on")
          .properties()
          .forEach(
              entry -> {
                assertThat(SERVICES).as(service.name()).containsKey(entry.getKey());
                if (entry.getValue().path("condition").asText().equals("service_healthy")) {
                  assertThat(SERVICES.get(entry.getKey()).path("healthcheck").has("test"))
                      .as("%s waits for the health of %s", service.name(), entry.getKey())
                      .isTrue();
                }
              });
      for (String name : listed(service)) {
        assertThat(SERVICES).as(service.name()).containsKey(name);
      }
    }
  }

  private static List<String> listed(ComposeFile.Service service) {
    return service.path("depends_on").isArray() ? service.words("depends_on") : List.of();
  }

  @Test
  void everyMountIsAFileOfOursOrADeclaredVolume() {
    Set<String> declared = new TreeSet<>();
    FILE.tree().path("volumes").fieldNames().forEachRemaining(declared::add);
    Set<String> used = new TreeSet<>();
    for (ComposeFile.Service service : SERVICES.values()) {
      for (String volume : service.words("volumes")) {
        String source = volume.split(":", -1)[0];
        if (source.startsWith(".")) {
          assertThat(ComposeFile.ROOT.resolve(source)).as(service.name()).isRegularFile();
          assertThat(volume).endsWith(":ro");
        } else {
          used.add(source);
        }
      }
    }
    assertThat(used).isEqualTo(declared);
  }

  @Test
  void everyImageIsPinnedOrBuiltHere() throws Exception {
    List<String> images = new ArrayList<>();
    for (ComposeFile.Service service : SERVICES.values()) {
      images.add(service.path("image").asText());
      if (service.ours()) {
        Path dockerfile =
            ComposeFile.ROOT.resolve(service.path("build").path("dockerfile").asText());
        Files.readAllLines(dockerfile).stream()
            .filter(line -> line.startsWith("FROM "))
            .forEach(line -> images.add(line.split(" ", -1)[1]));
        List<String> entrypoint = service.words("entrypoint");
        if (!entrypoint.isEmpty()) {
          assertThat(inImage(entrypoint.get(0))).as(service.name()).isExecutable();
        }
      }
    }
    assertThat(images).allMatch(image -> image.matches("[a-z/-]+:v?\\d[\\w.-]+"));
  }

  @Test
  void everySecretMustBeSetAndIsNamedInTheExample() throws Exception {
    Set<String> example = new TreeSet<>();
    for (String line : Files.readAllLines(ComposeFile.ROOT.resolve(".env.example"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        assertThat(line).as("no secret is published").endsWith("=");
        example.add(line.substring(0, line.length() - 1));
      }
    }
    assertThat(FILE.required()).isEqualTo(example);
    assertThat(FILE.withoutRequired()).as("no variable is optional").doesNotContain("${");
    assertThat(Files.readAllLines(ComposeFile.ROOT.resolve(".gitignore"))).contains(".env");
  }
}
