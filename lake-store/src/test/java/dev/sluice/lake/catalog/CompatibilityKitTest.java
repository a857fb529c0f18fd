package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.LakeProcess;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Iceberg's own compatibility kit for REST catalogs against a running server: three processes, for
 * the kit is a client of an older Iceberg on a class path of its own.
 *
 * <p>The kit moves and writes metadata files as local files, and puts tables under {@code
 * file:/tmp} whatever the warehouse is; so the server keeps its tables as plain files here.
 */
class CompatibilityKitTest {
  /** Of Iceberg's own server. */
  private static final int REFERENCE_SUCCESSES = 144;

  /** Those that do not apply, or are switched off, by name. */
  private static final Set<String> REFERENCE_SKIPPED =
      Set.of(
          "createAndDropEmptyNamespace()",
          "createTableInUniqueLocation()",
          "listNamespacesWithEmptyNamespace()",
          "listTablesInEmptyNamespace()",
          "listViewsInEmptyNamespace()",
          "namespacePropertiesOnEmptyNamespace()",
          "testDropNamespaceWithNestedNamespace()",
          "testListNestedNamespaces()",
          "testNamespaceWithDot()",
          "testNamespaceWithSlash()",
          "testTableNameWithDot()",
          "testTableNameWithSlash()");

  private static final Pattern SKIPPED =
      Pattern.compile("<testcase name=\"([^\"]+)\"[^>]*>\\s*<skipped");
  private static final int SECONDS = 240;

  @Test
  void theCatalogDoesWhatIcebergsOwnKitAsks(@TempDir Path directory) throws Exception {
    Path kit = Path.of("target", "compatibility-kit");
    Path report = directory.resolve("report");
    List<Path> strays =
        Stream.of("ns", "newdb").map(Path.of("/tmp")::resolve).filter(Files::notExists).toList();
    Process lake =
        LakeProcess.start(
            Files.createDirectory(directory.resolve("lake")),
            Map.of(
                "SLUICE_STORAGE_KIND", "files",
                "SLUICE_CATALOG_WAREHOUSE", "file:" + directory.resolve("warehouse"),
                "SLUICE_CATALOG_LOCATIONS", "file:/tmp,file:" + directory.getParent()));
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8))) {
      Process client = run(kit, LakeProcess.ready(said), directory, report);
      try {
        assertThat(client.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
      } finally {
        client.destroyForcibly().waitFor();
      }
    } finally {
      lake.destroyForcibly().waitFor();
      for (Path stray : strays) {
        remove(stray);
      }
    }
    String told = Files.readString(report);
    System.out.println(told.substring(Math.max(0, told.indexOf("Test run finished"))));
    assertThat(count(told, "tests failed")).as(told).isZero();
    assertThat(count(told, "containers failed")).as(told).isZero();
    assertThat(count(told, "tests successful")).isGreaterThanOrEqualTo(REFERENCE_SUCCESSES);
    Set<String> skipped = skipped(directory.resolve("reports"));
    assertThat(skipped).hasSize(count(told, "tests aborted") + count(told, "tests skipped"));
    assertThat(REFERENCE_SKIPPED).containsAll(skipped);
  }

  private static Set<String> skipped(Path reports) throws Exception {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(reports)) {
      for (Path file : files.toList()) {
        Matcher found = SKIPPED.matcher(Files.readString(file));
        while (found.find()) {
          names.add(found.group(1));
        }
      }
    }
    return names;
  }

  private static Process run(Path kit, String uri, Path directory, Path report) throws Exception {
    String classPath;
    try (Stream<Path> jars = Files.list(kit)) {
      classPath =
          jars.map(jar -> jar.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator));
    }
    assertThat(classPath).contains("iceberg-open-api");
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory.getParent(),
                "-Duri=" + uri,
                "-Dwarehouse=lake",
                "-Drck.requires-namespace-create=true",
                "-cp",
                classPath,
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--select-class=org.apache.iceberg.rest.RESTCompatibilityKitSuite",
                "--config=rck.local=false",
                "--details=summary",
                "--reports-dir=" + directory.resolve("reports"),
                "--disable-ansi-colors",
                "--disable-banner"))
        .redirectErrorStream(true)
        .redirectOutput(report.toFile())
        .start();
  }

  private static void remove(Path folder) throws Exception {
    if (Files.exists(folder)) {
      try (Stream<Path> within = Files.walk(folder)) {
        for (Path each : within.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private static int count(String report, String what) {
    Matcher found = Pattern.compile("\\[ *(\\d+) " + what + " *]").matcher(report);
    assertThat(found.find()).as(what + " in " + report).isTrue();
    return Integer.parseInt(found.group(1));
  }
}
