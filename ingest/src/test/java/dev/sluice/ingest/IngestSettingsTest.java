package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestSettingsTest {

  @TempDir private Path directory;

  @Test
  void moreBucketsThanFilesMayBeOpenAreRefusedAndSaidWhatToDo() throws IOException {
    String stream =
        "streams: {s: {partition: 'bucket[8](a), bucket[4](b)', fields: [{name: a}, {name: b}]}}\n";
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "settings: stream s: rows go into 32 buckets at once, and sink.open-files is 16:"
                + " raise it to 32 or take fewer buckets");
    assertThat(read(stream + "sink: {open-files: 32}\n").catalogue().find("s")).isPresent();
  }

  @Test
  void devicesAreNotListenedToBeyondLoopbackWithoutAKeyNorWithAFileThatIsNotThere() {
    assertRefused("mqtt: {host: 0.0.0.0}\n", "'door.write-key' must be set");
    assertRefused("mqtt: {certificate: /no/such.pem}\n", "both certificate and certificate-key");
    assertRefused(
        "mqtt: {certificate: /no/such.pem, certificate-key: /no/key.pem}\n",
        "certificate /no/such.pem cannot be read");
    assertRefused("mqtt: {topics: [a/b]}\n", "name the stream once");
    assertRefused("mqtt: {max-packet: 2MiB}\n", "more than door.max-event");
  }

  private void assertRefused(String yaml, String why) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(why);
  }

  @Test
  void webhooksEnrichmentAndGatewayAreReadAndCheckedAtTheStart() throws IOException {
    IngestSettings none = read("{}");
    assertThat(none.catalogue().find("attributions")).as("nobody fills it").isEmpty();
    String webhook = "webhooks: {adjust: {}}\n";
    assertThatThrownBy(() -> read(webhook))
        .isInstanceOf(SettingsException.class)
        .hasMessage("settings: webhook adjust: it needs secrets");
    Path file = Files.writeString(directory.resolve("ingest.yaml"), webhook);
    IngestSettings settings =
        Settings.read(
            IngestSettings.class,
            Optional.of(file),
            Map.of("SLUICE_WEBHOOKS_ADJUST_SECRETS", "from-outside"));
    assertThat(settings.catalogue().find("attributions")).isPresent();
    assertThat(settings.catalogue().find("calls")).isEmpty();
    assertThat(settings.toString()).doesNotContain("from-outside");
    assertThatThrownBy(
            () ->
                read(
                    "enrichment: {streams: {app-events: ["
                        + "{step: bot, from: user_agent, to: page}]}}\n"))
        .hasMessage(
            "settings: enrichment of app-events: bot: to: the field page must be a boolean");
    assertThatThrownBy(() -> read("gateway: {stages: {prod: {routes: [{path: /a}]}}}\n"))
        .hasMessageContaining("path /a: give an upstream or a service");
  }

  private IngestSettings read(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("ingest.yaml"), yaml);
    return Settings.read(IngestSettings.class, Optional.of(file), Map.of());
  }
}
