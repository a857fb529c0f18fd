package dev.sluice.infra.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The three class paths that the build makes: of daemons, of client commands, of Spark jobs. */
class ClassPathTest {
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

  @Test
  void noClassIsThereTwice() throws IOException {
    Map<String, Integer> shared = new TreeMap<>();
    for (Map.Entry<String, List<Path>> path : classPaths().entrySet()) {
      Map<String, Set<String>> owners = new HashMap<>();
      for (Path jar : path.getValue()) {
        for (String name : classes(jar)) {
          owners.computeIfAbsent(name, key -> new TreeSet<>()).add(artifact(jar));
        }
      }
      owners.values().stream()
          .filter(jars -> jars.size() > 1)
          .forEach(
              jars ->
                  shared.merge(path.getKey() + " " + String.join(" + ", jars), 1, Integer::sum));
    }
    new Rule("duplicate classes")
        .holds(
            shared.entrySet().stream()
                .map(entry -> entry.getKey() + ": share " + entry.getValue() + " classes")
                .toList());
  }

  @Test
  void eachFamilyOfJarsHasOneVersion() throws IOException {
    List<String> breaches = new ArrayList<>();
    for (Map.Entry<String, List<Path>> path : classPaths().entrySet()) {
      for (String family :
          List.of(
              "netty-(?!tcnative|nio-client).*",
              "jackson-(core|databind|data.*)",
              "vertx-.*",
              "kafka.*",
              "iceberg-(?!spark-runtime).*",
              "slf4j-api")) {
        Set<String> versions =
            path.getValue().stream()
                .filter(jar -> artifact(jar).matches(family))
                .map(ClassPathTest::version)
                .collect(Collectors.toCollection(TreeSet::new));
        if (versions.size() > 1) {
          breaches.add(path.getKey() + " " + family + ": " + versions);
        }
      }
    }
    new Rule("one version").holds(breaches);
  }

  @Test
  void logbackIsTheOnlyLoggingBackendOfDaemons() throws IOException {
    List<Path> server = classPaths().get("server");

    assertThat(
            server.stream()
                .filter(jar -> has(jar, "META-INF/services/org.slf4j.spi.SLF4JServiceProvider")))
        .extracting(ClassPathTest::artifact)
        .containsExactly("logback-classic");
    assertThat(server).extracting(ClassPathTest::artifact).doesNotContain("log4j-core");
  }

  @Test
  void sparkIsOnNoClassPathOfTheServers() throws IOException {
    assertThat(classPaths().get("server"))
        .extracting(ClassPathTest::artifact)
        .noneMatch(name -> name.startsWith("spark-") || name.startsWith("iceberg-spark"));
  }

  @Test
  void serversAndTheirIcebergAreOnNoClassPathOfSpark() throws IOException {
    assertThat(classPaths().get("spark"))
        .extracting(ClassPathTest::artifact)
        .contains("iceberg-spark-runtime")
        .noneMatch(name -> name.matches("kafka.*|vertx.*|duckdb.*|sluice-.*"))
        .doesNotContain("iceberg-core", "iceberg-aws", "iceberg-parquet");
  }

  @Test
  void clientsCarryNoBrokerDatabaseOrTableFormat() throws IOException {
    assertThat(classPaths().get("client"))
        .extracting(ClassPathTest::artifact)
        .noneMatch(
            name ->
                name.matches(
                    "kafka.*|iceberg.*|rocksdb.*|duckdb.*|sqlite.*|vertx.*|netty.*|hadoop.*"));
  }

  private static Map<String, List<Path>> classPaths() throws IOException {
    Map<String, List<Path>> paths = new TreeMap<>();
    for (String name : List.of("server", "client")) {
      String text = House.read(House.ROOT.resolve("infra-sim/target/classpath").resolve(name));
      paths.put(
          name,
          Arrays.stream(text.strip().split(":", -1))
              .map(Path::of)
              .filter(entry -> entry.toString().endsWith(".jar"))
              .toList());
    }
    try (Stream<Path> jars = Files.list(House.ROOT.resolve("transform/target/spark-home/jars"))) {
      paths.put("spark", jars.sorted().toList());
    }
    return paths;
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .filter(name -> !name.endsWith("module-info.class"))
          .toList();
    }
  }

  private static boolean has(Path jar, String entry) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(entry) != null;
    } catch (IOException unreadable) {
      throw new IllegalStateException(jar.toString(), unreadable);
    }
  }

  private static String artifact(Path jar) {
    Matcher matcher = JAR.matcher(jar.getFileName().toString());
    return matcher.matches() ? matcher.group(1) : jar.getFileName().toString().replace(".jar", "");
  }

  private static String version(Path jar) {
    Matcher matcher = JAR.matcher(jar.getFileName().toString());
    // A jar of native code says after its version which system it is for.
    return matcher.matches() ? matcher.group(2).replaceAll("-(linux|osx|windows).*", "") : "";
  }
}
