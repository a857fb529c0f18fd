package dev.sluice.infra.local;

import dev.sluice.daemon.endpoint.Endpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/**
 * Runs one client command against a lake that is none, so that the machine can write down which
 * classes such a command loads: the launcher keeps them ready for the next one.
 */
public final class Rehearsal {
  private static final String ANSWER =
      "{\"columns\":[{\"name\":\"x\",\"type\":\"INTEGER\"},{\"name\":\"y\",\"type\":\"VARCHAR\"}],"
          + "\"rows\":[[1,\"é\"]],\"rowCount\":1,\"truncated\":false,\"elapsedMillis\":1,"
          + "\"filesRead\":0,\"filesSkipped\":0}";

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("sluice-rehearsal");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(server), "rehearsal");
      answering.setDaemon(true);
      answering.start();
      URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
      new Endpoints(
              uri,
              uri,
              Optional.empty(),
              uri.getAuthority(),
              uri,
              uri,
              Optional.empty(),
              new Endpoints.Credentials("a", "b", "c"),
              ProcessHandle.current().pid())
          .write(directory);
      CommandLine command = RootCommand.commandLine();
      command.setOut(
          new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
      int code = command.execute("sql", "--data", directory.toString(), "SELECT 1");
      answering.join();
      if (code != 0) {
        throw new IllegalStateException("the rehearsal ended with " + code);
      }
    } finally {
      Endpoints.clear(directory);
      Files.delete(directory);
    }
  }

  private static void answer(ServerSocket server) {
    try (Socket call = server.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(call.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        // The head ends with an empty line; the body is of no interest.
      }
      byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
      String head =
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(body.length)
              + "\r\n";
      OutputStream out = call.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      // Closed only when the caller has what it asked for, or the rest of its body would be
      // refused.
      while (in.read() >= 0) {}
    } catch (IOException ended) {
      // The command says what is wrong.
    }
  }
}
