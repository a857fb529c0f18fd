package dev.sluice.lake.lineage;

import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

/** Events as engines write them. */
final class Events {
  private Events() {}

  /** The same name gives the same run. */
  static String run(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  static String event(
      String state, String time, String run, String job, String inputs, String outputs) {
    return """
        {"eventType":"%s","eventTime":"%s","producer":"https://example.com/test",
         "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run":{"runId":"%s"},"job":{"namespace":"nightly","name":"%s"},
         "inputs":[%s],"outputs":[%s]}
        """
        .formatted(state, time, run(run), job, inputs, outputs);
  }

  /** Tables of this catalog, or whatever stands in braces. */
  static String datasets(String... names) {
    return Arrays.stream(names)
        .map(name -> name.startsWith("{") ? name : dataset(name, ""))
        .collect(Collectors.joining(","));
  }

  static String dataset(String table, String facets) {
    return "{\"namespace\":\"lake\",\"name\":\"" + table + "\",\"facets\":{" + facets + "}}";
  }

  /** {@code column<table.column} for each column that comes from another. */
  static String columns(String... origins) {
    return Arrays.stream(origins)
        .map(origin -> origin.split("<", 2))
        .map(
            parts -> {
              int dot = parts[1].lastIndexOf('.');
              return """
                  "%s":{"inputFields":[{"namespace":"lake","name":"%s","field":"%s",
                    "transformations":[{"type":"DIRECT","subtype":"IDENTITY"}]}]}
                  """
                  .formatted(parts[0], parts[1].substring(0, dot), parts[1].substring(dot + 1));
            })
        .collect(Collectors.joining(",", "\"columnLineage\":{\"fields\":{", "}}"));
  }
}
