package dev.sluice.ingest.journal;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.Objects;

/**
 * Where decisions are kept.
 *
 * @param topic the topic; installations that share a cluster have one each
 * @param patience the longest that writing or reading an entry may take
 */
public record JournalSettings(
    @Default("_sluice_streams") String topic, @Default("10s") Duration patience) {
  public JournalSettings {
    Objects.requireNonNull(topic, "topic");
    if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
      throw new SettingsException("topic '" + topic + "' is no topic's name");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new SettingsException("patience must be positive");
    }
  }
}
