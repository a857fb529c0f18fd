package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a project's {@code project.yaml} says; without one, everything is as by default.
 *
 * @param shipped which of the shipped subjects run along
 */
record Settings(Predicate<Job> shipped) {
  static final String FILE = "project.yaml";

  static Settings byDefault() {
    return new Settings(job -> true);
  }

  /**
   * Reads the file.
   *
   * @param subjects the jobs that there are to choose from
   */
  static Settings of(String text, List<Job> subjects) {
    Value.Keyed settings =
        YamlText.read(FILE, 1, text.replace("\r\n", "\n")).refuseOthers(List.of("shipped"));
    if (settings.value("shipped").isEmpty()) {
      return byDefault();
    }
    List<Value> items = settings.items("shipped");
    if (items.size() == 1 && items.get(0) instanceof Value.Text word) {
      if (word.text().equals("all")) {
        return byDefault();
      } else if (word.text().equals("none")) {
        return new Settings(job -> false);
      }
    }
    List<String> known = subjects.stream().map(job -> job.writes().name().toString()).toList();
    List<String> chosen = new ArrayList<>();
    for (Value item : items) {
      String name = Names.table(item.asText("shipped"), item.place()).toString();
      if (!known.contains(name)) {
        throw item.place().refuseUnknown("shipped table", name, known);
      }
      chosen.add(name);
    }
    return new Settings(job -> chosen.contains(job.writes().name().toString()));
  }
}
