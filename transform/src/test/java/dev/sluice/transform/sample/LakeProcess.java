package dev.sluice.transform.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.endpoint.Endpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/** A real lake in a process of its own, found as every client finds it: by endpoints.json. */
public final class LakeProcess implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("sluice.root"));
  private static final String TOKEN = "a-token-that-nobody-may-see";

  private final Process process;
  private final Endpoints endpoints;

  private LakeProcess(Process process, Endpoints endpoints) {
    this.process = process;
    this.endpoints = endpoints;
  }

  /** Starts one on a data directory. */
  public static LakeProcess start(Path data) throws IOException {
    Path lake = ROOT.resolve("lake-store/target");
    String classPath =
        lake.resolve("classes") + ":" + Files.readString(lake.resolve("classpath/runtime"));
    Path source = ROOT.resolve("transform/src/test/resources/lake/LakeChild.java");
    Files.createDirectories(data);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            source.toString(),
            data.resolve("lake").toString(),
            TOKEN);
    builder.redirectError(data.resolve("lake.log").toFile());
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("lake") && words.length == 5) {
        Endpoints endpoints = endpoints(words, process.pid());
        endpoints.write(data);
        return new LakeProcess(process, endpoints);
      }
    }
    throw new IOException("the lake did not start: " + Files.readString(data.resolve("lake.log")));
  }

  private static Endpoints endpoints(String[] words, long pid) {
    URI nowhere = URI.create("http://127.0.0.1:1");
    return new Endpoints(
        nowhere,
        nowhere,
        Optional.empty(),
        "127.0.0.1:1",
        URI.create(words[2]),
        URI.create(words[1]),
        Optional.empty(),
        new Endpoints.Credentials(words[3], words[4], TOKEN),
        pid);
  }

  public Endpoints endpoints() {
    return endpoints;
  }

  /** What may be seen by nobody else on the machine. */
  public List<String> secrets() {
    return List.of(TOKEN, endpoints.credentials().secretKey());
  }

  /** Lets a Spark use the lake under another catalog's name. */
  public void mount(SparkSession spark, String catalog) {
    String key = "spark.sql.catalog." + catalog;
    spark.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set(key + ".type", "rest");
    spark.conf().set(key + ".uri", endpoints.catalog().toString());
    spark.conf().set(key + ".token", TOKEN);
    spark.conf().set(key + ".token-refresh-enabled", "false");
    spark.conf().set(key + ".cache-enabled", "false");
  }

  /** What the catalog answers to who has its token. */
  public JsonNode page(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoints.catalog().resolve(path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
    return new ObjectMapper().readTree(response.body());
  }

  /** SQL as an analyst asks it, without Spark. */
  public JsonNode sql(String sql) throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    HttpRequest request =
        HttpRequest.newBuilder(endpoints.catalog().resolve("/api/v1/sql"))
            .header("Authorization", "Bearer " + TOKEN)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    json.createObjectNode().put("sql", sql).toString()))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
    return json.readTree(response.body()).path("rows");
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
