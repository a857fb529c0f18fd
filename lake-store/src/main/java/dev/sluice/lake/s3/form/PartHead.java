package dev.sluice.lake.s3.form;

import java.util.Locale;
import java.util.Optional;

/** The header lines of one part of a form: its name, and of a file what the browser says of it. */
record PartHead(String name, Optional<String> fileName, Optional<String> contentType) {
  static PartHead none() {
    return new PartHead("", Optional.empty(), Optional.empty());
  }

  /** Empty when the lines are not those of a named part. */
  static Optional<PartHead> parse(String lines) {
    Optional<String> name = Optional.empty();
    Optional<String> fileName = Optional.empty();
    Optional<String> contentType = Optional.empty();
    for (String line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        if (line.isEmpty()) {
          continue;
        }
        return Optional.empty();
      }
      String header = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).trim();
      if (header.equals("content-disposition")) {
        if (!value.toLowerCase(Locale.ROOT).startsWith("form-data")) {
          return Optional.empty();
        }
        name = parameter(value, "name");
        fileName = parameter(value, "filename").map(PartHead::lastOfPath);
      } else if (header.equals("content-type")) {
        contentType = Optional.of(value);
      }
    }
    Optional<String> kind = contentType;
    Optional<String> file = fileName;
    return name.map(found -> new PartHead(found, file, kind));
  }

  /** Some browsers send the path of the file on the user's machine. */
  private static String lastOfPath(String fileName) {
    int cut = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\'));
    return fileName.substring(cut + 1);
  }

  /** The value of {@code ;name=value} or {@code ;name="value"} in a header. */
  static Optional<String> parameter(String header, String wanted) {
    int at = header.indexOf(';');
    while (at >= 0 && at < header.length()) {
      int equals = header.indexOf('=', at);
      if (equals < 0) {
        return Optional.empty();
      }
      String name = header.substring(at + 1, equals).trim();
      StringBuilder value = new StringBuilder();
      at = read(header, equals + 1, value);
      if (name.equalsIgnoreCase(wanted)) {
        return Optional.of(value.toString().trim());
      }
      at = header.indexOf(';', at);
    }
    return Optional.empty();
  }

  /** Reads a value, quoted or not; returns where it ends. */
  private static int read(String header, int from, StringBuilder value) {
    int at = from;
    while (at < header.length() && header.charAt(at) == ' ') {
      at++;
    }
    if (at >= header.length() || header.charAt(at) != '"') {
      int end = header.indexOf(';', at);
      end = end < 0 ? header.length() : end;
      value.append(header, at, end);
      return end;
    }
    at++;
    while (at < header.length() && header.charAt(at) != '"') {
      if (header.charAt(at) == '\\' && header.startsWith("\"", at + 1)) {
        at++;
      }
      value.append(header.charAt(at));
      at++;
    }
    return Math.min(at + 1, header.length());
  }
}
