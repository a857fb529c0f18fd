package dev.sluice.lake;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A lake as a process of its own, to be killed. Argument: its directory. */
public final class LakeProcess {
  private static final String READY = "READY ";

  private LakeProcess() {}

  public static void main(String[] arguments) throws Exception {
    CatalogRig rig = new CatalogRig(Path.of(arguments[0]));
    System.out.println(READY + rig.uri());
  }

  static Process start(Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            LakeProcess.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Waits until it serves, and says where. */
  static String ready(BufferedReader said) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(READY)) {
        return line.substring(READY.length());
      }
    }
    throw new IOException("the lake ended before it was ready");
  }
}
