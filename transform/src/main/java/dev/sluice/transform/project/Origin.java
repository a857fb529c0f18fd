package dev.sluice.transform.project;

import java.util.Optional;

/**
 * Where a job comes from.
 *
 * @param label the file within its folder, or the class
 * @param code a hash of what its rows depend on, in hexadecimal
 * @param owner whom to ask
 * @param schedule when it runs by itself, as it is written
 */
public record Origin(
    String label, String code, Optional<String> owner, Optional<String> schedule) {}
