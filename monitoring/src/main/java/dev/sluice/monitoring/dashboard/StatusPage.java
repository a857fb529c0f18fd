package dev.sluice.monitoring.dashboard;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The status as a page that renews itself; no script, no other file. */
public final class StatusPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="refresh" content="5">
      <title>Sluice</title>
      <style>
        :root { color-scheme: light dark; --ink: #1c2530; --soft: #66727f; --line: #d9dfe5; --page: #f6f8fa;
                --card: #fff; --good: #1a7f5a; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #93a0ad; --line: #2d3742; --page: #12171d;
                --card: #1a2129; --good: #4cc38a; --bad: #ff8a80; } }
        body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem; background: var(--page); color: var(--ink);
               font: 15px/1.55 system-ui, sans-serif; }
        header { display: flex; align-items: baseline; gap: 1rem; flex-wrap: wrap; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .6rem; }
        .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
        table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line);
                border-radius: 8px; overflow: hidden; }
        th, td { text-align: left; padding: .5rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
        thead th { border-top: 0; font-weight: 600; color: var(--soft); font-size: .85rem; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        code { font-size: .9em; }
      </style>
      </head>
      <body>
      """;

  private StatusPage() {}

  public static String render(Status status) {
    return HEAD
        + header(status)
        + parts(status)
        + stages(status)
        + nodes(status)
        + "<p class=\"soft\">The same as JSON: <a href=\"/api/v1/status\">/api/v1/status</a>."
        + " Meters of this process: <a href=\"/metrics\">/metrics</a>.</p>\n</body>\n</html>\n";
  }

  private static String header(Status status) {
    String verdict =
        status.well()
            ? "<strong class=\"good\">all is well</strong>"
            : "<strong class=\"bad\">something is wrong</strong>";
    return "<header><h1>Sluice</h1>"
        + verdict
        + "<span class=\"soft\">"
        + TIME.format(status.at())
        + "</span></header>\n";
  }

  private static String parts(Status status) {
    String rows =
        status.parts().stream()
            .map(
                part ->
                    "<tr><td>%s</td><td><code>%s</code></td><td class=\"%s\">%s</td></tr>\n"
                        .formatted(
                            text(part.name()),
                            text(part.address()),
                            part.well() ? "good" : "bad",
                            part.well() ? "up" : troubles(part.troubles())))
            .collect(Collectors.joining());
    return "<h2>Parts</h2>\n<table><thead><tr><th>Part</th><th>Address</th><th>State</th></tr></thead>\n<tbody>"
        + rows
        + "</tbody></table>\n";
  }

  private static String troubles(Map<String, String> troubles) {
    return troubles.entrySet().stream()
        .map(trouble -> text(trouble.getKey() + ": " + trouble.getValue()))
        .collect(Collectors.joining("<br>"));
  }

  private static String stages(Status status) {
    String rows =
        status.stages().stream()
            .map(
                stage ->
                    ("<tr><td>%s</td><td class=\"number\">%s</td><td class=\"number\">%s</td>"
                            + "<td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"soft\">%s</td></tr>\n")
                        .formatted(
                            text(stage.name()),
                            number(stage.taken()),
                            number(stage.passed()),
                            number(stage.refused()),
                            number(stage.open()),
                            text(stage.note())))
            .collect(Collectors.joining());
    return "<h2>Events since the start of each daemon</h2>\n<table><thead><tr><th>Stage</th>"
        + "<th class=\"number\">Taken in</th><th class=\"number\">Passed on</th><th class=\"number\">Refused</th>"
        + "<th class=\"number\">Open</th><th></th></tr></thead>\n<tbody>"
        + rows
        + "</tbody></table>\n";
  }

  private static String nodes(Status status) {
    if (status.nodes().isEmpty()) {
      return "";
    }
    String rows =
        status.nodes().stream()
            .map(
                node ->
                    ("<tr><td><code>%s</code></td><td>%s</td><td>%s</td><td>%s</td><td class=\"number\">%s</td>"
                            + "<td class=\"number\">%s</td><td class=\"number\">%s</td></tr>\n")
                        .formatted(
                            text(node.id()),
                            text(node.type()),
                            text(node.state()),
                            text(node.tags()),
                            number(node.shards()),
                            text(node.pricePerHourUsd()),
                            String.format(Locale.ROOT, "%.4f", node.costUsd())))
            .collect(Collectors.joining());
    return "<h2>Simulated nodes</h2>\n<table><thead><tr><th>Node</th><th>Type</th><th>State</th><th>Tags</th>"
        + "<th class=\"number\">Shards</th><th class=\"number\">USD an hour</th>"
        + "<th class=\"number\">USD so far</th></tr></thead>\n<tbody>"
        + rows
        + "</tbody></table>\n";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
