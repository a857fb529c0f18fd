package dev.sluice.monitoring.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Telemetry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  @Test
  void namesLabelsValuesAndTimesAreRead() throws Exception {
    Samples samples =
        PrometheusText.parse(
            """
            # HELP events what came in
            # TYPE events counter
            events{stream="a b",path="C:\\\\x",quote="\\"q\\"",line="1\\n2"} 3.5e2 1395066363000
            up 1
            bare{} +Inf
            none NaN
            """);

    assertThat(samples.all())
        .extracting(Sample::name)
        .containsExactly("events", "up", "bare", "none");
    Sample events = samples.all().get(0);
    assertThat(events.value()).isEqualTo(350);
    assertThat(events.labels())
        .isEqualTo(Map.of("stream", "a b", "path", "C:\\x", "quote", "\"q\"", "line", "1\n2"));
    assertThat(samples.all().get(2).value()).isInfinite();
    assertThat(samples.all().get(3).value()).isNaN();
  }

  @Test
  void sumsPassOverWhatIsNoNumber() throws Exception {
    Samples samples = PrometheusText.parse("a{s=\"x\"} 1\na{s=\"y\"} 2\na{s=\"z\"} NaN\n");

    assertThat(samples.sum("a", Map.of())).isEqualTo(3);
    assertThat(samples.sum("a", Map.of("s", "y"))).isEqualTo(2);
    assertThat(samples.sum("b", Map.of())).isZero();
    assertThat(samples.sumBy("a", "s")).containsExactly(Map.entry("x", 1.0), Map.entry("y", 2.0));
    assertThat(samples.max("a")).isEqualTo(2);
  }

  @Test
  void halfAScrapeIsRefusedWithTheLine() {
    for (String broken :
        new String[] {"a{s=\"x\" 1", "a{s=\"x", "a{s=x} 1", "a one", "a 1 2 3", "a", "{} 1"}) {
      assertThatThrownBy(() -> PrometheusText.parse("up 1\n" + broken + "\n"))
          .as(broken)
          .isInstanceOf(PrometheusText.MalformedException.class)
          .hasMessageStartingWith("line 2: ");
    }
  }

  @Test
  void whatOurDaemonsExposeIsRead() throws Exception {
    try (Telemetry telemetry = new Telemetry()) {
      telemetry.registry().timer("sluice.commit", "table", "raw.a\"b").record(() -> {});

      Samples samples = PrometheusText.parse(telemetry.scrape());

      assertThat(samples.sum("sluice_commit_seconds_count", Map.of("table", "raw.a\"b")))
          .isEqualTo(1);
      assertThat(samples.sum("jvm_memory_used_bytes", Map.of("area", "heap"))).isPositive();
    }
  }
}
