package dev.sluice.lake.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes of an object a request wants. */
sealed interface ByteRange {
  /** All of them: no range, or one that S3 does not understand and so ignores. */
  record All() implements ByteRange {}

  /** Some. */
  record Some(long offset, long length) implements ByteRange {}

  /** None that the object has. */
  record Unsatisfiable() implements ByteRange {}

  Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  static ByteRange of(String header, long size) {
    Matcher form = FORM.matcher(header.trim());
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return new All();
    }
    if (form.group(1).isEmpty()) {
      long length = Math.min(size, Long.parseLong(form.group(2)));
      return length == 0 ? new Unsatisfiable() : new Some(size - length, length);
    }
    long first = Long.parseLong(form.group(1));
    long last = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    if (last < first) {
      return new All();
    }
    if (first >= size) {
      return new Unsatisfiable();
    }
    return new Some(first, Math.min(last, size - 1) - first + 1);
  }
}
