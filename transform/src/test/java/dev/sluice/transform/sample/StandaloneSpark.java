package dev.sluice.transform.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Spark cluster of one master and two workers on loopback, from the SPARK_HOME the build makes.
 */
public final class StandaloneSpark implements AutoCloseable {
  private static final Path HOME =
      Path.of(System.getProperty("sluice.root"), "transform/target/spark-home").toAbsolutePath();
  private static final String LOOPBACK = "127.0.0.1";

  private final Path work;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneSpark(Path work, int port) {
    this.work = work;
    this.port = port;
  }

  public static StandaloneSpark start(Path work) throws IOException, InterruptedException {
    StandaloneSpark spark = new StandaloneSpark(work, freePort());
    spark.launch(
        "master.Master",
        List.of("--host", LOOPBACK, "--port", "" + spark.port, "--webui-port", "0"));
    spark.awaitMaster();
    for (String worker : List.of("one", "two")) {
      spark.launch(
          "worker.Worker",
          List.of(
              "--host",
              LOOPBACK,
              "--webui-port",
              "0",
              "--cores",
              "1",
              "--memory",
              "1g",
              "--work-dir",
              work.resolve("apps").resolve(worker).toString(),
              spark.master()));
    }
    return spark;
  }

  public String master() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  /** The folders that the workers made for executors: {@code apps/one/app-1/0}. */
  public List<Path> executors() throws IOException {
    try (var folders = Files.walk(work.resolve("apps"), 3)) {
      return folders.filter(folder -> folder.getFileName().toString().matches("\\d+")).toList();
    }
  }

  /** The processes of executors that work now. */
  public List<ProcessHandle> running() {
    return processes.stream().flatMap(Process::descendants).filter(ProcessHandle::isAlive).toList();
  }

  /** Whether an executor has written rows for another to read: then a night is under way. */
  public boolean shuffled() {
    try (var files = Files.walk(work.resolve("scratch"))) {
      return files.anyMatch(file -> file.getFileName().toString().matches("shuffle_.*\\.data"));
    } catch (IOException | UncheckedIOException movedMeanwhile) {
      return false;
    }
  }

  private void launch(String name, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Xmx512m", "-cp", HOME.resolve("conf") + ":" + HOME + "/jars/*"));
    command.add("org.apache.spark.deploy." + name);
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_LOCAL_DIRS", work.resolve("scratch").toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                HOME.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                LOOPBACK));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve(name + ".log").toFile()));
    processes.add(builder.start());
  }

  /** A worker asks again only after a while: better the master listens first. */
  private void awaitMaster() throws IOException, InterruptedException {
    Process master = processes.get(0);
    for (int tries = 0; tries < 600; tries++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException notYet) {
        if (master.waitFor(100, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    throw new IOException(
        "the master did not start: " + Files.readString(work.resolve("master.Master.log")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      process.destroy();
      process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
      process.destroyForcibly();
    }
  }
}
