package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SQL file's two halves. The front matter is a comment, so that every editor still takes the file
 * for SQL:
 *
 * <pre>
 * /* ---
 * table: gold.page_views
 * --- *&#47;
 * SELECT ...
 * </pre>
 *
 * @param settings what stands between the two lines of dashes
 * @param body the rest; as many lines come before it as in the file, for the parser counts them
 */
record FrontMatter(Value.Keyed settings, String body) {
  private static final Pattern OPENING =
      Pattern.compile("\\A\\x{FEFF}?\\s*/\\*[ \\t]*---[ \\t]*\\n");
  private static final Pattern CLOSING = Pattern.compile("(?m)^[ \\t]*---[ \\t]*\\*/");

  static FrontMatter of(String file, String written) {
    String text = written.replace("\r\n", "\n");
    Matcher opening = OPENING.matcher(text);
    if (!opening.find()) {
      throw new JobFailure(
          file + ": has no front matter; the first line must be '/* ---', the last of it '--- */'");
    }
    int from = opening.end();
    Matcher closing = CLOSING.matcher(text);
    if (!closing.find(from)) {
      throw new JobFailure(file + ": its front matter does not end; end it with a line '--- */'");
    }
    String yaml = text.substring(from, closing.start());
    for (String mark : new String[] {"*/", "/*"}) {
      int at = yaml.indexOf(mark);
      if (at >= 0) {
        throw new Place(file, lines(text.substring(0, from + at)) + 1)
            .refuse(
                "'"
                    + mark
                    + "' would begin or end a comment for every SQL editor; write it otherwise,"
                    + " as 0-59/15 for every quarter of an hour");
      }
    }
    int firstLine = lines(text.substring(0, from)) + 1;
    String before = text.substring(0, closing.end());
    return new FrontMatter(
        YamlText.read(file, firstLine, yaml),
        "\n".repeat(lines(before)) + text.substring(closing.end()));
  }

  private static int lines(String text) {
    return (int) text.chars().filter(letter -> letter == '\n').count();
  }
}
