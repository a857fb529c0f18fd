package dev.sluice.lake.catalog.registry;

import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One change of a pointer, as it was made.
 *
 * @param number of those that touch one name, the later has the higher
 * @param by the principal who asked for it
 * @param name the one it had before, where it was renamed
 * @param becomes its name afterwards, where that is another
 * @param before the metadata file that was present, unless it was made
 * @param after the metadata file that is present now, unless it was dropped
 */
public record Change(
    long number,
    Instant at,
    String by,
    Deed deed,
    Kind kind,
    TableIdentifier name,
    Optional<TableIdentifier> becomes,
    Optional<String> before,
    Optional<String> after) {}
