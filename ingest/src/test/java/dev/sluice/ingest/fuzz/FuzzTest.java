package dev.sluice.ingest.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.avro.FuzzedAvro;
import dev.sluice.ingest.cloudevent.FuzzedCloudEvent;
import dev.sluice.ingest.definition.FuzzedDefinition;
import dev.sluice.ingest.intake.FuzzedBody;
import dev.sluice.ingest.stream.FuzzedEvent;
import dev.sluice.ingest.webhook.FuzzedCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Coverage-guided inputs for every parser of the front door; more with -Dsluice.fuzz.seconds. */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 5);
  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs in");

  @TempDir private Path directory;

  /** A parser, and what it takes: where the fuzzer begins. */
  private record Target(Class<?> type, List<String> samples) {
    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  private static Stream<Target> targets() {
    return Stream.of(
        new Target(
            FuzzedBody.class,
            List.of("\u0000[{\"a\":1}, {\"b\":[2,3]}]", "\u0003{\"a\":1}\n\n{\"b\":2}\n")),
        new Target(
            FuzzedEvent.class,
            List.of("{\"id\":\"a\",\"at\":\"2026-01-31T08:15:00.25Z\",\"count\":-17,\"x\":1e5}")),
        new Target(
            FuzzedCloudEvent.class,
            List.of(
                "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/s\",\"type\":\"view\","
                    + "\"time\":\"2026-01-31T08:15:00Z\",\"data\":{\"user_id\":\"u\"}}")),
        new Target(FuzzedAvro.class, List.of("\u0002\u0000\u0004ab\u0006")),
        new Target(
            FuzzedCall.class,
            List.of(
                "\u0000{\"event_name\":\"install\",\"install_time\":\"2026-01-31 08:15:00\"}",
                "\u0004event=install&created_at=1769847300&adid=a%20b",
                "\u0002[{\"id\":\"c1\",\"caller\":\"+491\",\"duration\":12}]")),
        new Target(
            FuzzedDefinition.class,
            List.of(
                "{\"fields\":[{\"name\":\"id\",\"type\":\"string\"}],\"id\":\"id\",\"shards\":2}",
                "{\"schema\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}}")));
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void noInputMakesAParserFail(Target target) throws Exception {
    int seed = new Random().nextInt(1, Integer.MAX_VALUE);
    System.out.println(target + " seed " + seed);
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    for (int i = 0; i < target.samples().size(); i++) {
      Files.writeString(corpus.resolve("sample-" + i), target.samples().get(i));
    }
    Path log = directory.resolve("fuzz.log");
    List<String> flags = List.of("-Xmx512m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + directory);
    List<String> options =
        List.of(
            "--target_class=" + target.type().getName(),
            "--instrumentation_includes=dev.sluice.ingest.**",
            // The fuzzer's own detectors look into every class; ours are the assertions.
            "--hooks=false",
            "--reproducer_path=" + directory,
            "-artifact_prefix=" + directory + "/",
            "-max_total_time=" + SECONDS,
            "-max_len=4096",
            "-rss_limit_mb=3000",
            "-seed=" + seed,
            corpus.toString());
    try (ChildJvm child =
        ChildJvm.start(log, ChildJvm.arguments(flags, Jazzer.class, options), Map.of())) {
      assertThat(child.await()).as(() -> read(log)).isZero();
    }
    Matcher runs = RUNS.matcher(read(log));
    assertThat(runs.find()).as(() -> read(log)).isTrue();
    assertThat(Long.parseLong(runs.group(1))).isGreaterThan(100);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException unread) {
      return unread.toString();
    }
  }
}
