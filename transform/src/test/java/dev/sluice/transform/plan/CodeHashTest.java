package dev.sluice.transform.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.sample.CountedDays;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeHashTest {
  private static final String JOB =
      """
      package jobs;
      import dev.sluice.transform.job.*;
      import java.time.LocalDate;
      import java.util.List;
      import org.apache.spark.sql.*;
      public class Daily implements Job {
        public List<Read> reads() { return List.of(); }
        public TableShape writes() {
          return TableShape.daily(new TableName("gold", "t"), "", List.of(
              new TableShape.Field("day", "DATE", "")), List.of());
        }
        public Dataset<Row> run(LocalDate day, Tables tables) { return Rows.of(day); }
      }
      """;

  private static final String ROWS =
      """
      package jobs;
      import org.apache.spark.sql.*;
      class Rows {
        static Dataset<Row> of(Object day) { String word = "one"; throw new Error(word); }
      }
      """;

  @TempDir private Path folder;

  @Test
  void itChangesWithWhatTheJobNamesAndWithItsTextAndNotWithComments() throws Exception {
    String first = hash("first", ROWS);

    assertThat(hash("again", ROWS)).isEqualTo(first);
    assertThat(hash("told", "// told\n" + ROWS.replace("word", "other"))).isEqualTo(first);
    assertThat(hash("changed", ROWS.replace("\"one\"", "\"two\""))).isNotEqualTo(first);
    assertThat(CodeHash.of(counted("a"))).isEqualTo(CodeHash.of(counted("a")));
    assertThat(CodeHash.of(counted("a"))).isNotEqualTo(CodeHash.of(counted("b")));
  }

  private static Job counted(String text) {
    return new CountedDays(
        Read.day(new TableName("raw", "r")), new TableName("gold", "g"), "day", text);
  }

  private String hash(String name, String rows) throws Exception {
    Path sources = Files.createDirectories(folder.resolve(name).resolve("jobs"));
    Files.writeString(sources.resolve("Daily.java"), JOB);
    Files.writeString(sources.resolve("Rows.java"), rows);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                InputStream.nullInputStream(),
                System.out,
                System.err,
                "-g",
                "-cp",
                System.getProperty("java.class.path"),
                "-encoding",
                StandardCharsets.UTF_8.name(),
                sources.resolve("Daily.java").toString(),
                sources.resolve("Rows.java").toString());
    assertThat(failed).isZero();
    try (URLClassLoader loader = loader(sources.getParent())) {
      return CodeHash.of(
          (Job) loader.loadClass("jobs.Daily").getDeclaredConstructor().newInstance());
    }
  }

  private static URLClassLoader loader(Path classes) throws IOException {
    return new URLClassLoader(
        List.of(classes.toUri().toURL()).toArray(URL[]::new), Job.class.getClassLoader());
  }
}
