package dev.sluice.ingest;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Log and door in a JVM of their own, to be killed. */
public final class IngestProcess implements AutoCloseable {
  public static final String KEY = "child-key";
  private static final String READY = "ready ";

  private final Process process;
  private final URI door;

  private IngestProcess(Process process, URI door) {
    this.process = process;
    this.door = door;
  }

  /** Starts one on free ports and waits until its door is open. */
  public static IngestProcess start(Path data, List<String> jvmArguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            IngestProcess.class.getName(),
            data.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(new File(data.toFile(), "child.log")).start();
    CompletableFuture<URI> ready = CompletableFuture.supplyAsync(() -> ready(process));
    try {
      return new IngestProcess(process, ready.get(60, TimeUnit.SECONDS));
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  public URI door() {
    return door;
  }

  /** No goodbye: SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Heap in use after a collection, which the child makes when asked on its standard input. */
  public long heapInUse() throws IOException {
    process.outputWriter().write("heap\n");
    process.outputWriter().flush();
    return Long.parseLong(process.inputReader().readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static URI ready(Process process) {
    try {
      for (String line = process.inputReader().readLine();
          line != null;
          line = process.inputReader().readLine()) {
        if (line.startsWith(READY)) {
          return URI.create(line.substring(READY.length()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("the child ended before it was ready");
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment =
        Map.of("SLUICE_DATA", arguments[0], "SLUICE_DOOR_PORT", "0", "SLUICE_LOG_PORT", "0");
    try (Telemetry telemetry = new Telemetry()) {
      Ingest ingest =
          new Ingest(
              Settings.read(IngestSettings.class, Optional.empty(), environment),
              new Surroundings(
                  Vertx.vertx(),
                  new Health(),
                  telemetry,
                  InstantSource.system(),
                  UUID::randomUUID,
                  new Secret(KEY)),
              List.of());
      ingest.start();
      System.out.println(READY + ingest.door());
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (in.readLine() != null) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.println(runtime.totalMemory() - runtime.freeMemory());
      }
      ingest.stop();
    }
  }
}
