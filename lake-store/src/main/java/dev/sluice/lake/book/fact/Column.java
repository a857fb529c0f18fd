package dev.sluice.lake.book.fact;

/**
 * One column, or a field inside one.
 *
 * @param id the same for as long as the column lives, whatever it is called
 * @param path its name, after those of what it lies in: {@code address.city}
 * @param doc what the schema says of it, or nothing
 */
public record Column(int id, String path, String type, boolean required, String doc) {
  /** What it lies in, or nothing. */
  String parent() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  String shown() {
    return path + " " + type + (required ? ", required" : "");
  }
}
