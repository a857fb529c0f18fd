package dev.sluice.infra.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledCloudTest {
  private static final int ROUNDS = 4;

  @TempDir private Path directory;

  /** What was acknowledged: by client token, the instances; and those whose end was promised. */
  private final Map<String, List<String>> launched = new HashMap<>();

  private final Set<String> doomed = new HashSet<>();
  private int wishes;
  private String unanswered = "";

  private record Running(Process process, URI address) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Running start(long seed) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CloudProcess.class.getName(),
                directory.toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = output.readLine();
    while (line != null && !line.startsWith("LISTENS ")) {
      line = output.readLine();
    }
    assertThat(line).as("the child listens").isNotNull();
    return new Running(process, URI.create(line.substring("LISTENS ".length())));
  }

  @Test
  void whatWasAcknowledgedOutlivesKillNineAndNothingHappensTwice() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Running cloud = start(seed);
      try {
        SignedCalls ec2 = new SignedCalls(cloud.address(), RunningCloud.KEY);
        check(ec2);
        Thread killer = killLater(cloud, 200 + random.nextInt(800));
        callUntilItDies(ec2, random);
        killer.join();
      } finally {
        cloud.kill();
      }
    }
    Running last = start(seed);
    try {
      check(new SignedCalls(last.address(), RunningCloud.KEY));
    } finally {
      last.kill();
    }
    System.out.println(launched.size() + " launches, " + doomed.size() + " terminations");
    assertThat(launched).isNotEmpty();
    assertThat(doomed).isNotEmpty();
  }

  /** From another thread, so that it falls into the middle of a call. */
  private static Thread killLater(Running cloud, int millis) {
    Thread killer =
        new Thread(
            () -> {
              try {
                if (!cloud.process().waitFor(millis, TimeUnit.MILLISECONDS)) {
                  cloud.process().destroyForcibly();
                }
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
    killer.start();
    return killer;
  }

  private void callUntilItDies(SignedCalls ec2, Random random) throws InterruptedException {
    try {
      while (wishes < 100_000) {
        List<String> alive = new ArrayList<>();
        launched.values().forEach(alive::addAll);
        alive.removeAll(doomed);
        if (alive.size() > 3 && random.nextBoolean()) {
          String id = alive.get(random.nextInt(alive.size()));
          if (ec2.call("TerminateInstances", "InstanceId.1", id).status() == 200) {
            doomed.add(id);
          }
        } else {
          String token = unanswered.isEmpty() ? "wish-" + wishes++ : unanswered;
          unanswered = token;
          launched.put(token, launch(ec2, token));
          unanswered = "";
        }
      }
    } catch (IOException died) {
      assertThat(wishes).isPositive();
    }
  }

  private static List<String> launch(SignedCalls ec2, String token)
      throws IOException, InterruptedException {
    SignedCalls.Answer answer =
        ec2.call(
            "RunInstances",
            "ImageId",
            "ami-12345678",
            "InstanceType",
            "c7g.medium",
            "MinCount",
            "2",
            "MaxCount",
            "2",
            "ClientToken",
            token);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.items("instancesSet").stream()
        .map(item -> item.text("instanceId").orElseThrow())
        .toList();
  }

  private void check(SignedCalls ec2) throws Exception {
    Map<String, String> states = new HashMap<>();
    Map<String, List<String>> byToken = new HashMap<>();
    SignedCalls.Answer answer = ec2.call("DescribeInstances");
    answer.items("reservationSet").stream()
        .flatMap(r -> SignedCalls.one(r, "instancesSet").children("item").stream())
        .forEach(
            item -> {
              String id = item.text("instanceId").orElseThrow();
              states.put(id, SignedCalls.one(item, "instanceState").text("name").orElseThrow());
              byToken
                  .computeIfAbsent(item.text("clientToken").orElseThrow(), t -> new ArrayList<>())
                  .add(id);
            });
    launched.forEach((token, ids) -> assertThat(byToken.get(token)).as(token).isEqualTo(ids));
    doomed.forEach(id -> assertThat(states.get(id)).isIn("shutting-down", "terminated"));
    byToken.forEach((token, ids) -> assertThat(ids).as("once: %s", token).hasSize(2));
    Set<String> known = new HashSet<>(launched.keySet());
    known.add(unanswered);
    assertThat(known).containsAll(byToken.keySet());
  }
}
