package dev.sluice.ingest.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What the daemon says of its commits on its page of metrics. */
final class CommitMeter {
  private static final String METER = "sluice_sink_commit_seconds_";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI page;
  private final String stream;

  CommitMeter(URI door, String stream) {
    this.page = door.resolve("/metrics");
    this.stream = stream;
  }

  /** Commits since the start, and the time they took together. */
  record Reading(double commits, double seconds) {
    String since(Reading before) {
      double number = commits - before.commits;
      return String.format(
          "%.0f commits of %.0f ms", number, 1000 * (seconds - before.seconds) / number);
    }
  }

  Reading read() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    return new Reading(value(answer.body(), "count"), value(answer.body(), "sum"));
  }

  private double value(String text, String which) {
    String begin = METER + which + "{stream=\"" + stream + "\"} ";
    return text.lines()
        .filter(line -> line.startsWith(begin))
        .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
        .findFirst()
        .orElse(0);
  }
}
