package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which code made a day's rows: another hash means that the day may look otherwise today. */
final class CodeHash {
  private CodeHash() {}

  /** The hash of words; none of them can run into its neighbour. */
  static String of(Collection<String> words) {
    MessageDigest digest = sha256();
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The hash of a class, those nested in it and all others of its package: what a job is made of.
   * What it uses of other packages is not in it.
   */
  static String of(Class<?> type) {
    TreeMap<String, byte[]> classes = new TreeMap<>();
    String folder = type.getPackageName().replace('.', '/');
    try {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      Path origin = source == null ? null : Path.of(sourceOf(source));
      if (origin != null && Files.isDirectory(origin)) {
        inFolder(origin.resolve(folder), classes);
      } else if (origin != null) {
        inJar(origin, folder + "/", classes);
      }
      if (classes.isEmpty()) {
        throw new JobFailure("the class file of " + type.getName() + " cannot be found");
      }
    } catch (IOException | URISyntaxException unreadable) {
      throw new JobFailure(
          "the class file of " + type.getName() + " cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
    MessageDigest digest = sha256();
    digest.update(type.getName().getBytes(StandardCharsets.UTF_8));
    classes.forEach(
        (name, bytes) -> {
          digest.update((" " + name + " " + bytes.length + ":").getBytes(StandardCharsets.UTF_8));
          digest.update(bytes);
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static URI sourceOf(CodeSource source) throws URISyntaxException {
    return source.getLocation().toURI();
  }

  private static void inFolder(Path folder, SortedMap<String, byte[]> classes) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".class")).toList()) {
        classes.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  private static void inJar(Path jar, String folder, SortedMap<String, byte[]> classes)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      for (ZipEntry entry : entries) {
        String name = entry.getName();
        if (name.startsWith(folder)
            && name.endsWith(".class")
            && name.indexOf('/', folder.length()) < 0) {
          try (InputStream stream = zip.getInputStream(entry)) {
            classes.put(name.substring(folder.length()), stream.readAllBytes());
          }
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
