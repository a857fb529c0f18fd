package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A project of jobs to begin with: small, whole, and with tests that pass. */
final class ProjectTemplate {
  private static final String JAVA = "com/example/jobs/";

  /** Each file of a new project, and what it is a copy of. */
  private static final Map<String, String> FILES = files();

  private ProjectTemplate() {}

  /** Lays the files out in a new or empty folder, and returns them. */
  static List<Path> layOut(Path folder) throws IOException {
    if (Files.exists(folder) && !isEmpty(folder)) {
      throw CommandFailure.usage(folder + " is there and not empty; name a new folder");
    }
    String name = name(folder);
    List<Path> written = new ArrayList<>();
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, text(file.getValue()).replace("PROJECT_NAME", name));
      written.add(path);
    }
    return written;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** The folder's name, in letters that Maven takes. */
  private static String name(Path folder) {
    String name =
        String.valueOf(folder.toAbsolutePath().normalize().getFileName())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return name.isEmpty() ? "jobs" : name;
  }

  private static String text(String resource) throws IOException {
    String path = "/dev/sluice/transform/template/" + resource + ".template";
    try (InputStream stream = ProjectTemplate.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IOException("the jar has no " + path);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("README.md", "README.md");
    files.put("pom.xml", "pom.xml");
    files.put(".gitignore", "gitignore");
    files.put("project.yaml", "project.yaml");
    files.put("jobs/page_views.sql", "page_views.sql");
    files.put("src/main/java/" + JAVA + "Buyers.java", "Buyers.java");
    files.put("src/main/resources/META-INF/services/dev.sluice.transform.job.Job", "services");
    files.put("src/test/java/" + JAVA + "BuyersTest.java", "BuyersTest.java");
    files.put("src/test/java/" + JAVA + "PageViewsTest.java", "PageViewsTest.java");
    return files;
  }
}
