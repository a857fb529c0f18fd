package dev.sluice.infra.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of the house: what is built, tested and told. */
public final class House {
  public static final Path ROOT =
      Path.of(System.getProperty("sluice.root")).toAbsolutePath().normalize();

  static final List<String> MODULES =
      List.of(
          "lake-store/aws-wire",
          "monitoring/daemon",
          "lake-store",
          "ingest",
          "transform",
          "monitoring",
          "infra-sim");

  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".sluice", "node_modules");

  private House() {}

  /** Every file of ours whose name ends so, in the order of their paths. */
  public static List<Path> files(String ending) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              return NOT_OURS.contains(directory.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.getFileName().toString().endsWith(ending)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    found.sort(Path::compareTo);
    return found;
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file.toString(), unreadable);
    }
  }

  /** The path as people write it: from the top, with slashes. */
  public static String name(Path file) {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  static boolean isTest(Path file) {
    return name(file).contains("src/test/");
  }
}
