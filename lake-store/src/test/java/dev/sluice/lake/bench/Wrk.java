package dev.sluice.lake.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Drives a server with wrk: requests are made before the first is sent, so that the driver only
 * writes and reads. One thread is enough to keep two cores of servers busy and leaves them one.
 */
final class Wrk {
  private static final String SCRIPT =
      """
      local whole, at = {}, 0
      function init(args)
        local method, list, from, body = args[1], args[2], tonumber(args[3]), args[4]
        local tail = ""
        if body then
          local file = io.open(body, "rb")
          tail = file:read("*a")
          file:close()
        end
        local host = " HTTP/1.1\\r\\nHost: " .. wrk.host .. ":" .. wrk.port .. "\\r\\n"
        local length = body and ("Content-Length: " .. #tail .. "\\r\\n\\r\\n") or "\\r\\n"
        local lines = {}
        for line in io.lines(list) do lines[#lines + 1] = line end
        local most = math.min(#lines, math.max(8, math.floor(8e8 / (500 + #tail))))
        for each = 1, most do
          local line = lines[(from + each - 1) % #lines + 1]
          whole[each] = table.concat({method, " ", line, host, length, tail})
        end
        lines = nil
        collectgarbage()
        collectgarbage("stop")
      end
      function request()
        at = at % #whole + 1
        return whole[at]
      end
      function done(summary, latency)
        local e = summary.errors
        print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
          summary.bytes, e.connect + e.read + e.write + e.timeout, e.status,
          latency:percentile(99)))
      end
      """;

  private final Path home;
  private final Path script;

  Wrk(Path home) throws IOException {
    this.home = home;
    this.script = Files.writeString(home.resolve("requests.lua"), SCRIPT);
  }

  /** What a run came to. */
  record Figures(long requests, double seconds, long bytes, long p99Micros) {
    double rate() {
      return requests / seconds;
    }

    double mebibytes(long each) {
      return requests * (each / 1048576.0) / seconds;
    }
  }

  /** Requests to be made, in a file; with a body, all send the same. */
  record Load(String method, Path targets, List<Path> body) {}

  Load load(String name, String method, List<String> targets, List<Path> body) throws IOException {
    Path list = home.resolve(name.replaceAll("[^A-Za-z0-9]", "_") + ".targets");
    return new Load(method, Files.write(list, targets, StandardCharsets.US_ASCII), body);
  }

  /** Runs through the list from a place in it, and from its beginning again at its end. */
  Figures run(URI endpoint, Load load, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "30s",
                "-s",
                script.toString(),
                endpoint.toString(),
                "--",
                load.method(),
                load.targets().toString(),
                Long.toString(from)));
    load.body().forEach(each -> command.add(each.toString()));
    Path output = home.resolve("wrk.out");
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    for (String line : Files.readAllLines(output)) {
      if (exit == 0 && line.startsWith("RESULT ")) {
        return figures(endpoint, line.split(" ", -1));
      }
    }
    throw new IOException("wrk failed: " + Files.readString(output));
  }

  private static Figures figures(URI endpoint, String[] words) throws IOException {
    long failures = Long.parseLong(words[4]) + Long.parseLong(words[5]);
    long requests = Long.parseLong(words[1]);
    String said =
        String.format(Locale.ROOT, "%s: %d requests, %d failed", endpoint, requests, failures);
    // A peer that breaks a connection once is not worth the figures of all the others.
    if (requests == 0 || failures * 1000 > requests) {
      throw new IOException(said);
    }
    if (failures > 0) {
      System.out.println(said);
    }
    return new Figures(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]) / 1e6,
        Long.parseLong(words[3]),
        Long.parseLong(words[6]));
  }
}
