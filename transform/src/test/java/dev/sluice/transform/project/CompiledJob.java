package dev.sluice.transform.project;

import dev.sluice.transform.sample.CompiledSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Java job as somebody else compiles it, in a jar. */
final class CompiledJob {
  private static final Map<String, String> SOURCES =
      Map.of(
          "Compiled",
          """
          package own.jobs;
          import dev.sluice.transform.job.*;
          import java.time.LocalDate;
          import java.util.*;
          import org.apache.spark.sql.*;
          public final class Compiled implements Job, Owned {
            static final TableName CLICKS = new TableName("raw", "clicks");
            public List<Read> reads() { return List.of(Read.all(CLICKS)); }
            public TableShape writes() {
              return TableShape.whole(new TableName("gold", "compiled"), "", List.of(
                  new TableShape.Field("page", "STRING", "")), List.of());
            }
            public Dataset<Row> run(LocalDate day, Tables tables) {
              return tables.read(CLICKS).select("page").limit(new Neighbour().number() + 99);
            }
            public Optional<String> owner() { return Optional.of("ann"); }
            public Optional<String> schedule() { return Optional.empty(); }
          }
          """,
          "Neighbour",
          "package own.jobs; final class Neighbour { int number() { return 1; } }");

  private CompiledJob() {}

  static Path jar(Path jar) throws IOException {
    return jarWith(jar, "return 1;");
  }

  /** The same, but that another class of its package says something else. */
  static Path jarWith(Path jar, String neighbour) throws IOException {
    Path classes = Files.createTempDirectory("classes");
    Map<String, String> sources = new TreeMap<>(SOURCES);
    sources.computeIfPresent("Neighbour", (name, text) -> text.replace("return 1;", neighbour));
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      files.add(Files.writeString(classes.resolve(source.getKey() + ".java"), source.getValue()));
    }
    CompiledSources.compile(classes, files);
    Path services = classes.resolve("META-INF/services/dev.sluice.transform.job.Job");
    Files.createDirectories(services.getParent());
    Files.writeString(services, "own.jobs.Compiled\n");
    return CompiledSources.pack(classes, jar);
  }
}
