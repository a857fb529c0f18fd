package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;
import java.time.Instant;
import java.util.Optional;

/** A multipart upload under way. */
public record Upload(
    String id,
    String key,
    Instant initiated,
    Attributes attributes,
    Optional<Checksum> checksum,
    StoredChecksum.Kind checksumKind) {}
