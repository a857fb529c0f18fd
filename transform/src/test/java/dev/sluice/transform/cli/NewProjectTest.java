package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.project.Project;
import dev.sluice.transform.project.Projects;
import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.CompiledSources;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.RawEvent;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A new project is used as its README says, but for Maven: what it builds is built here. */
class NewProjectTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  /** Stays: the Spark that all tests share goes on serving the jars in it. */
  @TempDir(cleanup = CleanupMode.NEVER)
  private Path parent;

  @Test
  void aNewProjectIsWholeAndItsTestsPass() throws Exception {
    Path folder = parent.resolve("My Shop");

    Command made = Command.etl(CLOCK, "new", folder.toString());

    assertThat(made.exit()).as(made.err()).isZero();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> written = files.filter(Files::isRegularFile).toList();
      assertThat(made.out().lines()).containsAll(written.stream().map(Path::toString).toList());
      for (Path file : written) {
        assertThat(Files.readString(file)).doesNotContain("@{", "PROJECT_NAME");
      }
    }
    assertThat(Files.readString(folder.resolve("pom.xml")))
        .contains("<artifactId>my-shop</artifactId>", "<spark.version>4.");
    Path classes = compiled(folder);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      String before = System.setProperty("basedir", folder.toString());
      try {
        assertThat(passed(loader.loadClass("com.example.jobs.BuyersTest"))).isEqualTo(1);
        assertThat(passed(loader.loadClass("com.example.jobs.PageViewsTest"))).isEqualTo(1);
      } finally {
        restore("basedir", before);
      }
    }
  }

  @Test
  void itsJobsRunInTheNightOfTheProject() throws Exception {
    Path folder = built(parent.resolve("shop"));
    SparkSession spark = LocalSpark.session();
    RawEvent view =
        new RawEvent(
            "e1", Instant.parse("2026-11-20T08:00:00Z"), "ann", "view", "/a", "", 0, 0, "", "", 1);
    RawEvent bought =
        new RawEvent(
            "e2",
            Instant.parse("2026-11-20T09:00:00Z"),
            "ann",
            "purchase",
            "/a",
            "",
            1,
            1,
            "",
            "",
            2);
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    spark.sql("CREATE TABLE lake.raw.app_events (" + RawEvent.COLUMNS + ") USING iceberg");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      RawEvent.rows(spark, List.of(view, bought)).writeTo("lake.raw.app_events").append();
      Project project = Projects.load(folder, spark);
      Map<String, Job> jobs =
          project.jobs().stream()
              .collect(Collectors.toMap(job -> job.writes().name().table(), job -> job));

      assertThat(jobs).containsKeys("sessions", "transactions", "buyers", "page_views");
      assertThat(texts(jobs.get("buyers"), spark)).containsExactly("2026-11-20|ann|1");
      assertThat(texts(jobs.get("page_views"), spark)).containsExactly("2026-11-20|/a|1|1");
    } finally {
      ((URLClassLoader) Thread.currentThread().getContextClassLoader()).close();
      Thread.currentThread().setContextClassLoader(before);
      spark.sql("DROP TABLE lake.raw.app_events PURGE");
    }
  }

  @Test
  void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
    Files.writeString(parent.resolve("mine"), "mine");

    Command refused = Command.etl(CLOCK, "new", parent.toString());

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("is there and not empty; name a new folder");
    try (Stream<Path> files = Files.list(parent)) {
      assertThat(files).containsExactly(parent.resolve("mine"));
    }
  }

  private static Iterable<String> texts(Job job, SparkSession spark) {
    return LocalSpark.texts(job.run(DAY, name -> spark.table(name.toString())), job.writes());
  }

  /** A new project with the jar of its Java job. */
  static Path built(Path folder) throws IOException {
    assertThat(Command.etl(CLOCK, "new", folder.toString()).exit()).isZero();
    CompiledSources.pack(compiled(folder), folder.resolve("jars/shop.jar"));
    return folder;
  }

  /** As Maven would: everything compiled, and the resources beside it. */
  private static Path compiled(Path folder) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("target/classes"));
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("src"))) {
      files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
    }
    CompiledSources.compile(classes, sources);
    Path resources = folder.resolve("src/main/resources");
    try (Stream<Path> files = Files.walk(resources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = classes.resolve(resources.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return classes;
  }

  /** Runs the tests of a class, and says how many there are. */
  private static int passed(Class<?> type) throws ReflectiveOperationException {
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object instance = constructor.newInstance();
    int passed = 0;
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        method.setAccessible(true);
        method.invoke(instance);
        passed++;
      }
    }
    return passed;
  }

  private static void restore(String property, String before) {
    if (before == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, before);
    }
  }
}
