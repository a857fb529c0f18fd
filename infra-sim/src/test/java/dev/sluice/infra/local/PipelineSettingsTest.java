package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineSettingsTest {
  private static PipelineSettings read(Map<String, String> environment) {
    return PipelineSettings.read(
        Optional.empty(),
        environment,
        Path.of("here"),
        Ports.DEFAULT,
        new Credentials("ACCESS", "secret", "write"));
  }

  @Test
  void aTokenOfTheCatalogIsShownByAllWhoSpeakToIt() {
    PipelineSettings settings = read(Map.of("SLUICE_LAKE_CATALOG_TOKEN", "t"));

    assertThat(settings.ingest().sink().token()).contains(new Secret("t"));
    assertThat(settings.monitor().keys()).isEqualTo(Map.of("lake", new Secret("t")));
  }

  @Test
  void withoutATokenNobodyShowsOne() {
    PipelineSettings settings = read(Map.of());

    assertThat(settings.ingest().sink().token()).isEmpty();
    assertThat(settings.monitor().keys()).isEmpty();
  }

  @Test
  void whatTheCommandDecidesNobodyElseSets() {
    for (Map.Entry<String, String> set :
        Map.of(
                "SLUICE_LAKE_S3_PORT", "lake.s3.port",
                "SLUICE_LAKE_STORAGE_KIND", "lake.storage.kind",
                "SLUICE_MONITOR_PORT", "monitor.port",
                "SLUICE_MONITOR_TOKEN", "monitor.token")
            .entrySet()) {
      assertThatThrownBy(() -> read(Map.of(set.getKey(), "1")))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("'" + set.getValue() + "' is decided by this command");
    }
  }
}
