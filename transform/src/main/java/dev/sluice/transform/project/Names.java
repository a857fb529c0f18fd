package dev.sluice.transform.project;

import dev.sluice.transform.job.TableName;
import java.util.List;

/** Tables as people write them: {@code lake.raw.app_events}, or without the catalog's name. */
final class Names {
  private Names() {}

  static TableName table(String word, Place place) {
    return table(List.of(word.split("\\.", -1)), word, place);
  }

  static TableName table(List<String> parts, String word, Place place) {
    List<String> own =
        parts.size() == 3 && parts.get(0).equals(TableName.CATALOG) ? parts.subList(1, 3) : parts;
    if (own.size() != 2) {
      throw place.refuse(
          "'" + word + "' is no table of the lake; write it as lake.namespace.table");
    }
    try {
      return new TableName(own.get(0), own.get(1));
    } catch (IllegalArgumentException malformed) {
      throw place.refuse(malformed.getMessage(), malformed);
    }
  }
}
