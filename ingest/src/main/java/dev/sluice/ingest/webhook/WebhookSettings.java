package dev.sluice.ingest.webhook;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One entry below {@code webhooks:}; its key there is the last part of its path.
 *
 * @param mapping a shipped mapping; unless told otherwise the one of the webhook's own name
 * @param file a mapping file of one's own, from the working directory
 * @param map the mapping itself
 * @param stream the stream its events are of, where it is not the mapping's
 * @param verify how a call shows that it is genuine, where it is not the mapping's way
 * @param secrets what the sender shows or signs with; several while they are changed
 * @param tolerance how far a signed time may be from now
 * @param remembered ids of calls that are known to be taken; beyond them the oldest is forgotten
 * @param maxEvents the most events in one call
 * @param maxMapped how long the events of one call may be together; each holds the parameters too
 * @param answer the status that tells the sender that its call was taken
 */
public record WebhookSettings(
    Optional<String> mapping,
    Optional<Path> file,
    Optional<MappingSettings> map,
    Optional<String> stream,
    Optional<VerifySettings> verify,
    List<Secret> secrets,
    @Default("5m") Duration tolerance,
    @Default("100000") int remembered,
    @Default("10000") int maxEvents,
    @Default("8MiB") ByteSize maxMapped,
    @Default("200") int answer) {
  private static final Set<Integer> TAKEN = Set.of(200, 201, 202, 204);

  public WebhookSettings {
    Objects.requireNonNull(mapping, "mapping");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(map, "map");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(verify, "verify");
    secrets = List.copyOf(secrets);
    Objects.requireNonNull(maxMapped, "maxMapped");
    if ((mapping.isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0) + (map.isPresent() ? 1 : 0)
        > 1) {
      throw new SettingsException("give one of mapping, file and map");
    }
    if (tolerance.isNegative() || tolerance.isZero() || remembered < 1) {
      throw new SettingsException("tolerance and remembered must be positive");
    }
    if (maxEvents < 1 || maxMapped.bytes() < 1) {
      throw new SettingsException("max-events and max-mapped must be positive");
    }
    if (!TAKEN.contains(answer)) {
      throw new SettingsException("answer must be one of 200, 201, 202, 204");
    }
  }
}
