package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.endpoint.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A pipeline of daemons that know of each other only what their settings say. */
final class ApartPipeline implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int POLLS = 900;

  static final String TOKEN = "token-of-the-catalog";
  static final String WRITE_KEY = "key-of-the-door";
  static final String MONITOR_TOKEN = "token-of-the-monitor";
  static final String ACCESS_KEY = "OWNER";
  static final String SECRET_KEY = "secret-of-the-owner";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final CountDownLatch tick = new CountDownLatch(1);
  private final Path place;
  private final Ports ports;
  private final Map<String, DaemonProcess> running = new HashMap<>();
  private final Deque<String> order = new ArrayDeque<>();
  private final Set<Long> pids = new HashSet<>();
  private String log = "";

  ApartPipeline(Path place) throws IOException {
    this.place = Files.createDirectories(place);
    this.ports = Ports.choose(Ports.Choice.AUTO);
  }

  void startBroker() throws IOException {
    DaemonProcess broker = DaemonProcess.broker(place);
    keep("broker", broker);
    log = broker.announced(BrokerDaemon.ANNOUNCEMENT);
  }

  /** Its secrets come from the environment, as a deployment would have it. */
  void startLake() throws IOException {
    String settings =
        """
        data: %s
        storage: {access-key: %s}
        s3: {port: %d}
        catalog: {port: %d}
        """
            .formatted(place.resolve("lake"), ACCESS_KEY, ports.s3(), ports.catalog());
    DaemonProcess lake =
        DaemonProcess.start(
            "lake",
            place,
            settings,
            Map.of(
                "SLUICE_STORAGE_SECRET_KEY", SECRET_KEY,
                "SLUICE_CATALOG_TOKEN", TOKEN,
                "SLUICE_OBJECTS_DIRECTORY", place.resolve("objects").toString()));
    keep("lake", lake);
    assertThat(lake.announced("S3 listens at ")).isEqualTo("http://127.0.0.1:" + ports.s3());
    assertThat(lake.announced("catalog listens at ")).isEqualTo(catalog().toString());
  }

  void startIngest() throws IOException {
    String settings =
        """
        data: %s
        door: {port: %d}
        mqtt: {port: %d}
        log: {bootstrap-servers: "%s"}
        sink: {catalog: "%s", workers: 2, pause-max: 2s}
        """
            .formatted(place.resolve("ingest"), ports.console(), ports.mqtt(), log, catalog());
    DaemonProcess ingest =
        DaemonProcess.start(
            "ingest",
            place,
            settings,
            Map.of("SLUICE_DOOR_WRITE_KEY", WRITE_KEY, "SLUICE_SINK_TOKEN", TOKEN));
    keep("ingest", ingest);
    assertThat(ingest.announced("front door listens at ")).isEqualTo(door().toString());
  }

  void startMonitor() throws IOException {
    String settings =
        """
        port: %d
        interval: 200ms
        targets: {ingest: "%s", lake: "%s"}
        """
            .formatted(ports.cloud(), door(), catalog());
    DaemonProcess monitor =
        DaemonProcess.start(
            "monitor",
            place,
            settings,
            Map.of(
                "SLUICE_TOKEN",
                MONITOR_TOKEN,
                "SLUICE_KEYS",
                "lake=" + TOKEN + ",ingest=" + WRITE_KEY));
    keep("monitor", monitor);
    assertThat(monitor.announced("monitor listens at ")).isEqualTo(monitor().toString());
  }

  private void keep(String name, DaemonProcess process) {
    running.put(name, process);
    pids.add(process.handle().pid());
    order.remove(name);
    order.push(name);
  }

  URI catalog() {
    return URI.create("http://127.0.0.1:" + ports.catalog());
  }

  URI door() {
    return URI.create("http://127.0.0.1:" + ports.console());
  }

  URI monitor() {
    return URI.create("http://127.0.0.1:" + ports.cloud());
  }

  DaemonProcess ingest() {
    return running.get("ingest");
  }

  DaemonProcess lake() {
    return running.get("lake");
  }

  /** A directory that tells client commands where the daemons are and what each wants to see. */
  Path client() throws IOException {
    Path directory = Files.createDirectories(place.resolve("client"));
    new Endpoints(
            monitor(),
            door(),
            Optional.empty(),
            log,
            URI.create("http://127.0.0.1:" + ports.s3()),
            catalog(),
            Optional.empty(),
            new Endpoints.Credentials(
                ACCESS_KEY, SECRET_KEY, WRITE_KEY, Optional.of(TOKEN), Optional.of(MONITOR_TOKEN)),
            ProcessHandle.current().pid())
        .write(directory);
    return directory;
  }

  /** Sends so many events whose page is the batch's name. */
  JsonNode send(String batch, int count) throws IOException, InterruptedException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(
          """
          {"event_id":"%s-%d","event_time":"2026-01-02T03:04:05Z","user_id":"user-%d","type":"view","page":"%s"}
          """
              .formatted(batch, i, i, batch));
    }
    return call(request(door().resolve("/v1/streams/app-events/events"), WRITE_KEY)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines.toString())))
        .body();
  }

  JsonNode sql(String sql) throws IOException, InterruptedException {
    Answer answer = ask(sql);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.body().path("rows");
  }

  private Answer ask(String sql) throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("sql", sql).toString();
    return call(
        request(catalog().resolve("/api/v1/sql"), TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  JsonNode verify() throws IOException, InterruptedException {
    return call(request(door().resolve("/v1/verify?deep=true"), WRITE_KEY).GET()).body();
  }

  /** Waits until there are at least so many; then there must be no more. */
  void awaitRows(long count) throws Exception {
    Answer answer =
        await(() -> ask("SELECT count(*) FROM raw.app_events"), found -> rows(found) >= count);
    assertThat(rows(answer)).isEqualTo(count);
  }

  private static long rows(Answer answer) {
    return answer.body().path("rows").path(0).path(0).asLong();
  }

  void awaitStatus(Predicate<JsonNode> wanted) throws Exception {
    URI uri = monitor().resolve("/api/v1/status");
    await(() -> call(request(uri, MONITOR_TOKEN).GET()), answer -> wanted.test(answer.body()));
  }

  /** The ingest's health once it has this status. */
  JsonNode awaitHealth(int status) throws Exception {
    URI uri = door().resolve("/healthz");
    return await(() -> call(request(uri, WRITE_KEY).GET()), answer -> answer.status() == status)
        .body();
  }

  private Answer await(Callable<Answer> asking, Predicate<Answer> wanted) throws Exception {
    Answer answer = asking.call();
    for (int i = 0; i < POLLS && !wanted.test(answer); i++) {
      assertThat(tick.await(100, TimeUnit.MILLISECONDS)).isFalse();
      answer = asking.call();
    }
    assertThat(wanted.test(answer)).as("last answer: %s", answer).isTrue();
    return answer;
  }

  /** An answer: its status and its JSON. */
  record Answer(int status, JsonNode body) {}

  private static HttpRequest.Builder request(URI uri, String key) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", "Bearer " + key);
  }

  private Answer call(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  /** Whether this process is, or was, one of the daemons. */
  boolean ran(ProcessHandle process) {
    return pids.contains(process.pid());
  }

  /** Has the daemons stop, the last started first; how each did. */
  Map<String, Integer> terminateAll() throws InterruptedException {
    Map<String, Integer> exitCodes = new HashMap<>();
    for (String name : order) {
      exitCodes.put(name, running.get(name).terminate());
    }
    return exitCodes;
  }

  @Override
  public void close() {
    running.values().forEach(DaemonProcess::close);
  }
}
