package dev.sluice.transform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.LakeLedger;
import dev.sluice.transform.plan.PlanText;
import dev.sluice.transform.project.Project;
import dev.sluice.transform.project.Projects;
import dev.sluice.transform.report.Progress;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/**
 * Looks without Spark: {@code Outlook FILE NOW plan …} says what {@link Nightly} would do if it was
 * given the words that follow, {@code Outlook FILE NOW runs} what it did; {@code Outlook FILE NOW
 * prepare} makes the table that both are written in. It needs Spark's class path and no session, so
 * that an answer takes a second or two.
 *
 * <p>{@code FILE} is a properties file of Spark's, of which the catalog's settings are read; {@code
 * NOW} is a time such as 2026-11-21T03:00:00Z. Standard output has lines of {@link Progress}.
 */
public final class Outlook {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "spark.sql.catalog." + TableName.CATALOG;

  private Outlook() {}

  public static void main(String[] arguments) {
    try {
      say(new Progress.Answer(answer(List.of(arguments))));
    } catch (JobFailure known) {
      say(new Progress.Failed(known.getMessage()));
      throw known;
    } catch (Exception failed) {
      String line = "the catalog cannot be used: " + Night.firstLine(failed);
      say(new Progress.Failed(line));
      throw new JobFailure(line, failed);
    }
  }

  private static ObjectNode answer(List<String> words) throws IOException {
    if (words.size() < 3) {
      throw new JobFailure("usage: Outlook FILE NOW plan|runs|prepare …");
    }
    Catalog catalog = catalog(Path.of(words.get(0)));
    Instant now = Instant.parse(words.get(1));
    List<String> rest = words.subList(3, words.size());
    return switch (words.get(2)) {
      case "plan" -> plan(catalog, NightWords.of(rest), now);
      case "runs" -> runs(catalog);
      case "prepare" -> {
        new LakeLedger(catalog).make();
        yield JSON.createObjectNode().put("table", LakeLedger.NAME.toString());
      }
      default -> throw new JobFailure("there is no '" + words.get(2) + "': plan, runs or prepare");
    };
  }

  private static ObjectNode plan(Catalog catalog, NightWords words, Instant now) {
    Project project = words.project().map(Projects::outline).orElseGet(Projects::ofClassPath);
    return PlanText.of(new Agenda(catalog, project).plan(words, now));
  }

  private static ObjectNode runs(Catalog catalog) {
    ObjectNode text = JSON.createObjectNode();
    ArrayNode attempts = text.putArray("attempts");
    for (Attempt attempt : new LakeLedger(catalog).read().attempts()) {
      attempts.add(PlanText.of(attempt));
    }
    return text;
  }

  private static Catalog catalog(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> settings = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PREFIX + ".")) {
        settings.put(name.substring(PREFIX.length() + 1), properties.getProperty(name));
      }
    }
    return CatalogUtil.buildIcebergCatalog(TableName.CATALOG, settings, new Configuration());
  }

  private static void say(Progress progress) {
    System.out.println(progress.line());
    System.out.flush();
  }
}
