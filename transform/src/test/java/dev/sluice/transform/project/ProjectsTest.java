package dev.sluice.transform.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.subject.Subjects;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole projects: folders of files, real tables. */
class ProjectsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final String VIEWS =
      """
      /* ---
      table: gold.views
      owner: web@example.com
      schedule: 0 4 * * *
      reads: [raw.clicks]
      columns: {day: UTC day, page: which page}
      checks: [{not_null: page}]
      --- */
      SELECT ${day} AS day, page, count(*) AS views, CAST(1.5 AS DECIMAL(4, 2)) AS weight
      FROM lake.raw.clicks GROUP BY page
      """;

  private final SparkSession spark = LocalSpark.session();

  /** Stays: the Spark that all tests share goes on serving the jars in it. */
  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @BeforeEach
  void createClicks() {
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    spark.sql("CREATE TABLE lake.raw.clicks (page STRING, _time TIMESTAMP) USING iceberg");
    spark.sql(
        "INSERT INTO lake.raw.clicks VALUES ('/a', TIMESTAMP '2026-11-20T00:00:00Z'),"
            + " ('/a', TIMESTAMP '2026-11-20T23:59:59Z'), ('/b', TIMESTAMP '2026-11-19T12:00:00Z'),"
            + " ('/c', TIMESTAMP '2026-11-21T00:00:00Z')");
  }

  @AfterEach
  void dropClicks() {
    spark.sql("DROP TABLE lake.raw.clicks PURGE");
  }

  @Test
  void aFolderOfSqlIsAProjectBesideTheShippedSubjects() throws IOException {
    write("jobs/deep/views.sql", VIEWS);

    Project project = Projects.load(folder, spark);

    List<TableName> shipped = tables(Subjects.nightly());
    assertThat(tables(project.jobs())).containsAll(shipped).hasSize(shipped.size() + 1);
    Job views = job(project, "views");
    assertThat(project.origin(views).label()).isEqualTo("jobs/deep/views.sql");
    assertThat(project.owner(views)).contains("web@example.com");
    assertThat(project.schedule(views)).contains("0 4 * * *");
    assertThat(views.writes().columns())
        .extracting(field -> field.name() + " " + field.type() + " " + field.says())
        .containsExactly(
            "day DATE UTC day", "page STRING which page", "views BIGINT ", "weight DECIMAL(4,2) ");
    assertThat(project.jobs())
        .allSatisfy(job -> assertThat(project.code(job)).matches("[0-9a-f]{16,64}"));
  }

  @Test
  void aQuerySeesTheDaysItDeclaresOfTheTablesTheRunHas() throws IOException {
    write("project.yaml", "shipped: none");
    write("jobs/views.sql", VIEWS);
    write(
        "jobs/wide.sql",
        VIEWS
            .replace("gold.views", "gold.wide")
            .replace(
                "reads: [raw.clicks]",
                "reads: {table: raw.clicks, look_back: 1, look_ahead: all}"));
    Project project = Projects.load(folder, spark);

    assertThat(pages(job(project, "views"))).containsExactlyInAnyOrder("/a 2");
    assertThat(pages(job(project, "wide"))).containsExactlyInAnyOrder("/a 2", "/b 1", "/c 1");
    assertThat(
            job(project, "views")
                .run(DAY, table -> spark.table(table.toString()).where("page > '/a'"))
                .collectAsList())
        .isEmpty();
  }

  @Test
  void jobsRunAfterThoseTheyReadFromAndSeeTheirColumns() throws IOException {
    write("project.yaml", "shipped: []");
    write(
        "jobs/a_top.sql",
        """
        /* ---
        table: gold.top
        materialization: whole
        reads: {table: gold.views, look_back: all, look_ahead: all}
        checks: [{refers: {column: page, table: gold.pages, to: page}}]
        --- */
        SELECT page, sum(views) AS views FROM gold.views GROUP BY page
        """);
    write("jobs/b_views.sql", VIEWS);
    write(
        "jobs/c_pages.sql",
        """
        /* ---
        table: gold.pages
        materialization: merge
        keys: page
        reads: [raw.clicks]
        --- */
        SELECT page, max(_time) AS last FROM raw.clicks GROUP BY page
        """);

    Project project = Projects.load(folder, spark);

    assertThat(tables(project.jobs()))
        .extracting(TableName::table)
        .containsExactly("views", "pages", "top");
    assertThat(job(project, "top").writes().columns().get(1).type()).isEqualTo("BIGINT");
    assertThat(job(project, "pages").writes().materialization())
        .isEqualTo(new Materialization.Merge(List.of("page")));
    assertThat(job(project, "top").writes().materialization())
        .isEqualTo(new Materialization.Whole());
  }

  @Test
  void anOptionalTableThatIsMissingHasNoRows() throws IOException {
    write("project.yaml", "shipped: none");
    write(
        "jobs/views.sql",
        VIEWS
            .replace(
                "[raw.clicks]",
                "[raw.clicks, {table: raw.bots, optional: true, look_back:"
                    + " all, look_ahead: all, columns: {page: string}}]")
            .replace("GROUP BY", "WHERE page NOT IN (SELECT page FROM lake.raw.bots) GROUP BY"));

    Job views = job(Projects.load(folder, spark), "views");

    assertThat(
            views
                .run(
                    DAY,
                    new Tables() {
                      @Override
                      public Dataset<Row> read(TableName table) {
                        return spark.table(table.toString());
                      }

                      @Override
                      public boolean has(TableName table) {
                        return !table.table().equals("bots");
                      }
                    })
                .count())
        .isEqualTo(1);
  }

  @Test
  void shippedSubjectsAreChosenByName() throws IOException {
    write("jobs/views.sql", VIEWS);
    write("project.yaml", "shipped: [gold.sessions]");
    assertThat(tables(Projects.load(folder, spark).jobs()))
        .extracting(TableName::table)
        .containsExactly("sessions", "views");

    write("project.yaml", "shipped: [gold.session]");
    assertRefused("unknown shipped table 'lake.gold.session'; did you mean 'lake.gold.sessions'?");
    write("project.yaml", "shiped: none");
    assertRefused("project.yaml line 1: unknown key 'shiped'; did you mean 'shipped'?");
  }

  @Test
  void javaJobsAreFoundInTheJarsOfAProject() throws Exception {
    write("project.yaml", "shipped: none");
    Files.createDirectories(folder.resolve("jobs"));
    CompiledJob.jar(folder.resolve("jars/own.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      Project project = Projects.load(folder, spark);

      Job job = job(project, "compiled");
      assertThat(project.origin(job).label()).isEqualTo("own.jobs.Compiled");
      assertThat(project.owner(job)).contains("ann");
      assertThat(project.schedule(job)).isEmpty();
      assertThat(job.run(DAY, table -> spark.table(table.toString())).count()).isEqualTo(4);
      String code = project.code(job);
      assertThat(project.code(job(Projects.load(folder, spark), "compiled"))).isEqualTo(code);
    } finally {
      ((URLClassLoader) Thread.currentThread().getContextClassLoader()).close();
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void theCodeOfAJavaJobChangesWithWhatItIsMadeOf() throws Exception {
    Path one = CompiledJob.jar(folder.resolve("one.jar"));
    Path same = CompiledJob.jar(folder.resolve("same.jar"));
    Path other = CompiledJob.jarWith(folder.resolve("other.jar"), "return 2;");

    assertThat(codeIn(one)).isEqualTo(codeIn(same)).isNotEqualTo(codeIn(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [raw.clicks] | [raw.nothing] | reads lake.raw.clicks, which is not among
          gold.views | gold.sessions | both write lake.gold.sessions
          AS day | AS days | unknown column 'day'; did you mean 'days'?
          ${day} AS | '2026' AS | the query has no column day of type DATE
          page, count | pag, count | cannot be run
          not_null: page | holds: pgae > 1 | the check 'holds(pgae > 1)' cannot be run
          not_null: page | holds: views + 1 | cannot be run
          not_null: page | range: {column: views, least: mist} | cannot be run
          not_null: page | not_null: pgae | unknown column 'pgae'; did you mean 'page'?
          page: which | pages: which | unknown column 'pages'; did you mean 'page'?
          count(*) AS views | rand() AS views | rand differs from run to run
          count(*) AS views | current_date() AS views | differs from run to run; use ${day}
          count(*) AS views | NULL AS views | column 'views' has no type
          count(*) AS views | 1 AS page | the query has two columns 'page'
          raw.clicks | raw.nothing | reads lake.raw.nothing, which is not there yet
          """)
  void whatCannotBecomeATableIsRefusedBeforeAnythingRuns(
      String instead, String written, String told) throws IOException {
    write("jobs/views.sql", VIEWS.replace(instead, written));

    assertRefused(told);
  }

  @Test
  void aProjectIsOutlinedForAPlanWithoutItsTables() throws IOException {
    write("project.yaml", "shipped: [gold.sessions]");
    write("jobs/a.sql", VIEWS.replace("raw.clicks", "raw.nothing"));
    write(
        "jobs/b.sql",
        "/* ---\ntable: gold.b\nmaterialization: merge\nkeys: page\norder: views\nreads:"
            + " gold.views\n--- */ SELECT page, views FROM gold.views");

    Project outline = Projects.outline(folder);

    assertThat(outline.jobs())
        .extracting(job -> job.writes().name().table() + " " + job.writes().columnNames())
        .filteredOn(text -> !text.startsWith("sessions"))
        .containsExactly("views [day, page]", "b [page, views]");
    write("jobs/a.sql", VIEWS);
    Project loaded = Projects.load(folder, spark);
    assertThat(Projects.outline(folder).origins()).isEqualTo(loaded.origins());
    assertThat(Projects.ofClassPath().jobs()).hasSize(Subjects.nightly().size());
  }

  @Test
  void circlesAndFoldersThatAreNoProjectAreNamed() throws IOException {
    assertRefused("is no project");

    write("jobs/a.sql", "/* ---\ntable: gold.a\nreads: gold.b\n--- */ SELECT day FROM gold.b");
    write("jobs/b.sql", "/* ---\ntable: gold.b\nreads: gold.a\n--- */ SELECT day FROM gold.a");
    assertRefused(
        "in a circle: jobs/a.sql (lake.gold.a) reads from jobs/b.sql (lake.gold.b) reads from"
            + " jobs/a.sql");
  }

  private void assertRefused(String told) {
    assertThatThrownBy(() -> Projects.load(folder, spark))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("\n");
  }

  private static String codeIn(Path jar) throws Exception {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, Job.class.getClassLoader())) {
      Job job = (Job) loader.loadClass("own.jobs.Compiled").getDeclaredConstructor().newInstance();
      return Projects.of(List.of(job)).code(job);
    }
  }

  private List<String> pages(Job job) {
    return job.run(DAY, table -> spark.table(table.toString())).collectAsList().stream()
        .map((Row row) -> row.getString(1) + " " + row.getLong(2))
        .toList();
  }

  private static Job job(Project project, String table) {
    return project.jobs().stream()
        .filter(job -> job.writes().name().table().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private static List<TableName> tables(List<Job> jobs) {
    return jobs.stream().map(job -> job.writes().name()).toList();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
