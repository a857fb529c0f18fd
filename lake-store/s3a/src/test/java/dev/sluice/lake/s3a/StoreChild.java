package dev.sluice.lake.s3a;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The lake's store in a process of its own, on lake-store's class path. One for all tests of this
 * JVM; it ends with it.
 */
final class StoreChild {
  static final String KEY = "test-key";
  static final String SECRET = "test-secret";
  static final String BUCKET = "contract";

  private static final Path LAKE =
      Path.of(System.getProperty("sluice.root"), "lake-store", "target");
  private static final StoreChild RUNNING = start();

  private final String endpoint;

  private StoreChild(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Where the one of this JVM serves; the bucket is there. */
  static String endpoint() {
    return RUNNING.endpoint;
  }

  private static StoreChild start() {
    try {
      Path directory = Files.createTempDirectory("store");
      Path log = directory.resolveSibling("store.log");
      String classPath =
          LAKE.resolve("test-classes")
              + ":"
              + LAKE.resolve("classes")
              + ":"
              + Files.readString(LAKE.resolve("classpath/runtime"));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx384m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath,
                  "dev.sluice.lake.s3.StoreProcess",
                  directory.toString(),
                  "0")
              .redirectError(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
      BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("READY")) {
          StoreChild child = new StoreChild(words[1]);
          try (S3Client client = S3aContract.client(child.endpoint)) {
            client.createBucket(each -> each.bucket(BUCKET));
          }
          return child;
        }
      }
      throw new IOException("the store did not start: " + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
