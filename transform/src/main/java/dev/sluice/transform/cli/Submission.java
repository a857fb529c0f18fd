package dev.sluice.transform.cli;

import dev.sluice.daemon.endpoint.Endpoints;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is handed to {@code spark-submit}, and how.
 *
 * @param words for the entry point
 * @param memory of the driver, and of each executor: {@code 1g}
 * @param settings what the user adds to Spark's configuration, or sets otherwise
 */
record Submission(List<String> words, String master, String memory, Map<String, String> settings) {
  private static final String MAIN_CLASS = "dev.sluice.transform.Nightly";
  private static final String CATALOG = "spark.sql.catalog.lake";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  Submission {
    words = List.copyOf(words);
    settings = Map.copyOf(settings);
  }

  /** The same, as a run of this name. */
  Submission called(String run) {
    List<String> named = new ArrayList<>(words);
    named.addAll(List.of("--run", run));
    return new Submission(named, master, memory, settings);
  }

  /** The process's words. Nothing secret: every user of the machine can read them. */
  List<String> command(Path java, SparkInstallation spark, Path propertiesFile, Path scratch) {
    return command(MAIN_CLASS, java, spark, propertiesFile, scratch);
  }

  /** The same for another entry point. */
  List<String> command(
      String mainClass, Path java, SparkInstallation spark, Path propertiesFile, Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(SparkInstallation.JVM_OPTIONS);
    command.add("-Xmx" + memory);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("-cp");
    command.add(spark.classPath());
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", master));
    command.addAll(List.of("--properties-file", propertiesFile.toString()));
    command.addAll(List.of("--class", mainClass));
    command.add(spark.job().toString());
    command.addAll(words);
    return List.copyOf(command);
  }

  Map<String, String> environment(SparkInstallation spark) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("SPARK_HOME", spark.home().toString());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    if (loopback()) {
      environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    }
    return environment;
  }

  /** Spark's configuration, secrets and all: for a file that only its owner reads. */
  Map<String, String> properties(Endpoints pipeline, Path scratch) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("spark.ui.enabled", "false");
    properties.put("spark.executor.memory", memory);
    // Adaptive execution makes fewer of them where there is little.
    properties.put("spark.sql.shuffle.partitions", "16");
    properties.put("spark.sql.warehouse.dir", scratch.resolve("warehouse").toString());
    properties.put("spark.local.dir", scratch.toString());
    if (loopback()) {
      properties.put("spark.driver.host", "127.0.0.1");
      properties.put("spark.driver.bindAddress", "127.0.0.1");
    }
    Endpoints.Credentials keys = pipeline.credentials();
    properties.put(CATALOG, "org.apache.iceberg.spark.SparkCatalog");
    properties.put(CATALOG + ".type", "rest");
    properties.put(CATALOG + ".uri", pipeline.catalog().toString());
    properties.put(CATALOG + ".rest.auth.type", "oauth2");
    properties.put(CATALOG + ".token", keys.forCatalog());
    // The key has no end, so there is nothing to renew it at.
    properties.put(CATALOG + ".token-refresh-enabled", "false");
    properties.put(CATALOG + ".io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    properties.put(CATALOG + ".client.region", "us-east-1");
    properties.put(CATALOG + ".s3.endpoint", pipeline.s3().toString());
    properties.put(CATALOG + ".s3.path-style-access", "true");
    properties.put(CATALOG + ".s3.access-key-id", keys.accessKey());
    properties.put(CATALOG + ".s3.secret-access-key", keys.secretKey());
    properties.putAll(lineage(pipeline));
    properties.putAll(settings);
    return properties;
  }

  /** Where lineage is told: by us, or by OpenLineage's listener where the user adds it. */
  private Map<String, String> lineage(Endpoints pipeline) {
    String token = pipeline.credentials().forCatalog();
    if (!settings.getOrDefault("spark.extraListeners", "").contains("OpenLineage")) {
      return Map.of(
          "spark.sluice.lineage.url",
          pipeline.catalog().resolve("/api/v1/lineage").toString(),
          "spark.sluice.lineage.token",
          token);
    }
    String transport = "spark.openlineage.transport.";
    return Map.of(
        "spark.openlineage.namespace",
        "sluice.etl",
        transport + "type",
        "http",
        transport + "url",
        pipeline.catalog().toString(),
        transport + "auth.type",
        "api_key",
        transport + "auth.apiKey",
        token);
  }

  /** Whether all of Spark is on this machine, so that it need not listen beyond it. */
  private boolean loopback() {
    if (master.startsWith("local")) {
      return true;
    }
    try {
      String host = new URI(master).getHost();
      return host != null && LOOPBACK.contains(host);
    } catch (URISyntaxException notAnAddress) {
      return false;
    }
  }
}
