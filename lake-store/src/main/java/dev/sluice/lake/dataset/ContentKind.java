package dev.sluice.lake.dataset;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What an object holds, by what its writer said and else by its name. */
final class ContentKind {
  private static final Set<String> SAYS_NOTHING =
      Set.of("", "application/octet-stream", "binary/octet-stream", "application/x-directory");

  private static final int LONGEST_EXTENSION = 10;
  private static final int LONGEST = 100;

  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("png", "image/png"),
          Map.entry("gif", "image/gif"),
          Map.entry("webp", "image/webp"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("mov", "video/quicktime"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("json", "application/json"),
          Map.entry("ndjson", "application/x-ndjson"),
          Map.entry("jsonl", "application/x-ndjson"),
          Map.entry("csv", "text/csv"),
          Map.entry("tsv", "text/tab-separated-values"),
          Map.entry("txt", "text/plain"),
          Map.entry("log", "text/plain"),
          Map.entry("html", "text/html"),
          Map.entry("xml", "application/xml"),
          Map.entry("yaml", "application/yaml"),
          Map.entry("yml", "application/yaml"),
          Map.entry("gz", "application/gzip"),
          Map.entry("zip", "application/zip"),
          Map.entry("zst", "application/zstd"),
          Map.entry("tar", "application/x-tar"),
          Map.entry("parquet", "application/vnd.apache.parquet"),
          Map.entry("avro", "application/avro"),
          Map.entry("orc", "application/orc"));

  private ContentKind() {}

  static String of(ObjectSource.Entry entry) {
    String told = entry.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!SAYS_NOTHING.contains(told)) {
      String plain = told.replaceAll("\\p{Cntrl}", "");
      return plain.substring(0, Math.min(plain.length(), LONGEST));
    }
    String file = entry.key().substring(entry.key().lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    String extension = dot <= 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (extension.isEmpty() || extension.length() > LONGEST_EXTENSION) {
      return "unknown";
    }
    return BY_EXTENSION.getOrDefault(
        extension, extension.matches("[a-z0-9]+") ? "." + extension : "unknown");
  }
}
