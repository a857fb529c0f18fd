package dev.sluice.lake.bench;

import dev.sluice.lake.bench.Contender.Signed;
import dev.sluice.lake.s3.StoreProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the servers, each as its users would: S3Proxy with its recommended file-system store,
 * S3Mock from its executable jar, nginx with Debian's settings. No Java flag is given to a peer, so
 * that each takes the heap and the collector the JVM picks for the machine.
 */
final class Contenders {
  /** A bucket of ours that is not synced, as none of the peers' are. */
  static final String UNSYNCED = "unsynced";

  private final Path home;
  private final Path jars;

  Contenders(Path home, Path jars) {
    this.home = home;
    this.jars = jars;
  }

  private Path place(String name) throws IOException {
    return Files.createDirectories(home.resolve(name));
  }

  private Path jar(String name) throws IOException {
    Path jar = jars.resolve(name);
    if (!Files.exists(jar)) {
      throw new IOException("no " + jar + ": the peers are fetched by Maven with -Pbench");
    }
    return jar;
  }

  /** Ours, signatures verified, with a heap of 256 MiB. */
  Contender ours(List<String> flags) throws IOException {
    return ours("ours", flags);
  }

  /** Ours again, of another name, in a directory of its own. */
  Contender ours(String name, List<String> flags) throws IOException {
    int port = Child.freePort();
    List<String> command = new ArrayList<>(List.of(Child.java(), "-Xmx256m"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StoreProcess.class.getName());
    command.addAll(List.of(place(name).toString(), Integer.toString(port)));
    command.add(UNSYNCED);
    return new Contender(name, start(command, name, port), Signed.PRESIGNED);
  }

  /** S3Proxy with keys, as on a network: it verifies signatures too. */
  Contender s3proxy() throws IOException {
    int port = Child.freePort();
    Path settings = home.resolve("s3proxy.conf");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + Contender.KEY.accessKey(),
            "s3proxy.credential=" + Contender.KEY.secretKey(),
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "jclouds.provider=filesystem",
            "jclouds.filesystem.basedir=" + place("s3proxy"),
            ""));
    Path jar = jar("s3proxy.jar");
    List<String> command =
        List.of(Child.java(), "-jar", jar.toString(), "--properties", settings.toString());
    return new Contender("S3Proxy", start(command, "s3proxy", port), Signed.PRESIGNED);
  }

  /** S3Mock takes signatures without looking at them. */
  Contender s3mock() throws IOException {
    int port = Child.freePort();
    List<String> command =
        List.of(
            Child.java(),
            "-jar",
            jar("s3mock.jar").toString(),
            "--server.port=" + Child.freePort(),
            "--http.port=" + port,
            "--vectors.http.port=" + Child.freePort(),
            "--vectors.https.port=" + Child.freePort(),
            "--com.adobe.testing.s3mock.store.root=" + place("s3mock"));
    return new Contender("S3Mock", start(command, "s3mock", port), Signed.PRESIGNED);
  }

  /**
   * Debian's nginx with Debian's settings, but for the log of accesses, which is left out in its
   * favour, and compression, which no request here asks for.
   */
  Contender nginx() throws IOException {
    int port = Child.freePort();
    Path root = place("nginx");
    Path settings = home.resolve("nginx.conf");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "user " + System.getProperty("user.name") + ";",
            "daemon off;",
            "worker_processes auto;",
            "pid " + home.resolve("nginx.pid") + ";",
            "error_log stderr;",
            "events { worker_connections 768; }",
            "http {",
            "  access_log off;",
            "  sendfile on;",
            "  tcp_nopush on;",
            "  default_type application/octet-stream;",
            "  client_body_temp_path " + place("nginx-body") + ";",
            "  proxy_temp_path " + place("nginx-proxy") + ";",
            "  fastcgi_temp_path " + place("nginx-fastcgi") + ";",
            "  uwsgi_temp_path " + place("nginx-uwsgi") + ";",
            "  scgi_temp_path " + place("nginx-scgi") + ";",
            "  server { listen 127.0.0.1:" + port + "; root " + root + "; }",
            "}",
            ""));
    List<String> command = List.of("/usr/sbin/nginx", "-c", settings.toString());
    return new Contender("nginx", start(command, "nginx", port), Signed.PLAIN);
  }

  private Child start(List<String> command, String name, int port) throws IOException {
    return Child.start(command, home.resolve(name + ".log"), port).awaitPort();
  }
}
