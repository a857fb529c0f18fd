package dev.sluice.ingest.key;

import dev.sluice.daemon.SettingsException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The streams a key is for, by name or with stars for any characters. */
record Scope(List<String> globs, Pattern pattern) {
  private static final Pattern GLOB = Pattern.compile("[a-z0-9*-]{1,100}");

  Scope {
    globs = List.copyOf(globs);
  }

  static Scope of(List<String> globs) {
    if (globs.isEmpty()) {
      throw new SettingsException("a key without streams: name them, or say streams: ['*']");
    }
    for (String glob : globs) {
      if (!GLOB.matcher(glob).matches()) {
        throw new SettingsException(
            "the stream '"
                + glob
                + "' of a key: use a stream's name, with * for any characters where wanted");
      }
    }
    return new Scope(
        globs,
        Pattern.compile(globs.stream().map(Scope::expression).collect(Collectors.joining("|"))));
  }

  boolean covers(String stream) {
    return pattern.matcher(stream).matches();
  }

  private static String expression(String glob) {
    return Arrays.stream(glob.split("\\*+", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }
}
