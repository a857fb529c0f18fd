package dev.sluice.infra.compute;

import java.util.Locale;
import java.util.Map;

/** What a tag may be (EC2 User Guide, "Tag restrictions"). */
final class TagRules {
  private static final int MOST_TAGS = 50;
  private static final int LONGEST_KEY = 127;
  private static final int LONGEST_VALUE = 255;

  private TagRules() {}

  static void check(Map<String, String> tags) {
    tags.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw bad("Tag key must be from 1 to " + LONGEST_KEY + " characters: '" + key + "'");
          }
          if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw bad("Tag keys starting with 'aws:' are reserved for internal use: '" + key + "'");
          }
          if (value.length() > LONGEST_VALUE) {
            throw bad("Tag value of '" + key + "' is longer than " + LONGEST_VALUE + " characters");
          }
        });
    if (tags.size() > MOST_TAGS) {
      throw new Refusal(
          Refusal.Reason.TAG_LIMIT,
          "The maximum number of tags on a resource is " + MOST_TAGS + ", not " + tags.size());
    }
  }

  private static Refusal bad(String message) {
    return new Refusal(Refusal.Reason.BAD_TAG, message);
  }
}
