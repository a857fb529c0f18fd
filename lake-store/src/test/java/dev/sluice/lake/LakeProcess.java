package dev.sluice.lake;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A lake as a process of its own, to be killed. Argument: its directory; settings as variables. */
public final class LakeProcess {
  private static final String READY = "READY ";

  private LakeProcess() {}

  public static void main(String[] arguments) throws Exception {
    CatalogRig rig = new CatalogRig(Path.of(arguments[0]), System.getenv());
    System.out.println(READY + rig.uri());
  }

  public static Process start(Path directory) throws IOException {
    return start(directory, Map.of());
  }

  public static Process start(Path directory, Map<String, String> variables) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LakeProcess.class.getName(),
            directory.toString());
    builder.environment().putAll(variables);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Waits until it serves, and says where. */
  public static String ready(BufferedReader said) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(READY)) {
        return line.substring(READY.length());
      }
    }
    throw new IOException("the lake ended before it was ready");
  }
}
