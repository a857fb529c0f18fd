package dev.sluice.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./sluice status}: what runs, how it is, what is wrong. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What runs, how it is, what is wrong; exits 1 when something is.")
public final class StatusCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Mixin private DataOption data = new DataOption();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Pipeline pipeline = data.pipeline();
    Pipeline.Answer answer =
        pipeline.get(pipeline.endpoints().console().resolve("/api/v1/status"), PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed("no status: " + answer.message());
    }
    PrintWriter out = spec.commandLine().getOut();
    JsonNode status = answer.body();
    for (JsonNode part : status.path("parts")) {
      boolean well = part.path("troubles").isEmpty();
      out.printf(
          "%-12s %-8s %s%n",
          part.path("name").asText(), well ? "up" : "DOWN", part.path("address").asText());
      part.path("troubles")
          .properties()
          .forEach(
              trouble ->
                  out.printf(
                      "%-12s   %s: %s%n", "", trouble.getKey(), trouble.getValue().asText()));
    }
    out.printf("%n%-16s %14s %14s %10s%n", "events", "taken in", "passed on", "refused");
    for (JsonNode stage : status.path("stages")) {
      out.printf(
          "%-16s %,14d %,14d %,10d  %s%n",
          stage.path("name").asText(),
          stage.path("taken").asLong(),
          stage.path("passed").asLong(),
          stage.path("refused").asLong(),
          stage.path("note").asText());
    }
    if (!status.path("nodes").isEmpty()) {
      out.printf(
          "%n%-20s %-12s %-14s %6s %12s %10s  %s%n",
          "node", "type", "state", "shards", "USD an hour", "USD so far", "tags");
    }
    for (JsonNode node : status.path("nodes")) {
      out.printf(
          Locale.ROOT,
          "%-20s %-12s %-14s %6d %12s %10.4f  %s%n",
          node.path("id").asText(),
          node.path("type").asText(),
          node.path("state").asText(),
          node.path("shards").asLong(),
          node.path("pricePerHourUsd").asText(),
          node.path("costUsd").asDouble(),
          node.path("tags").asText());
    }
    out.flush();
    return status.path("well").asBoolean() ? 0 : CommandFailure.FAILED;
  }
}
