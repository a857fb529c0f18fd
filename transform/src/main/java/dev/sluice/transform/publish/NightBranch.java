package dev.sluice.transform.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A branch that a run stages on. Its name says since when, and which process of which machine keeps
 * it, so that the next run can tell what a dead one left.
 *
 * @param place the machine since its start, and the process numbers in use there (a container has
 *     its own); {@link #UNKNOWN} where the system does not tell
 */
record NightBranch(Instant at, String place, long pid, String run) {
  static final String UNKNOWN = "unknown";

  /** How long a run on another machine is taken to live. */
  static final Duration ELSEWHERE = Duration.ofDays(2);

  /** How far apart two tellings of a process's start may be. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private static final Pattern NAME =
      Pattern.compile("night_(\\d{13})_([0-9a-z]+)_(\\d+)_([A-Za-z0-9-]+)");

  NightBranch {
    run = run.replaceAll("[^A-Za-z0-9]+", "-");
  }

  /** A branch of this process. */
  static NightBranch ofThisProcess(Instant at, String run) {
    return new NightBranch(at, thisPlace(), ProcessHandle.current().pid(), run);
  }

  String name() {
    return "night_" + at.toEpochMilli() + "_" + place + "_" + pid + "_" + run;
  }

  /** The branch of that name, if it is one that runs stage on. */
  static Optional<NightBranch> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new NightBranch(
            Instant.ofEpochMilli(Long.parseLong(parts.group(1))),
            parts.group(2),
            Long.parseLong(parts.group(3)),
            parts.group(4)));
  }

  /** Whether nobody will ever publish it. Where that cannot be known, only time tells. */
  boolean abandoned(Instant now) {
    if (place.equals(UNKNOWN) || !place.equals(thisPlace())) {
      return at.plus(ELSEWHERE).isBefore(now);
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    // A number is given again: one who started later is somebody else.
    return process.isEmpty()
        || process
            .flatMap(found -> found.info().startInstant())
            .map(start -> start.isAfter(at.plus(SLACK)))
            .orElse(false);
  }

  private static String thisPlace() {
    try {
      String machine = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
      Path processes = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((machine + processes).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (IOException | UnsupportedOperationException notTold) {
      return UNKNOWN;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
