package dev.sluice.ingest.ledger;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/**
 * Verifies a stream's table against the log. The table is taken as it is at one moment: its
 * properties and its files are of one commit, so a verification may run while workers commit.
 */
public final class Ledger {

  /** Commits are seconds apart, and a look takes milliseconds. */
  private static final int LOOKS = 50;

  private final LakeConnection lake;
  private final String bootstrapServers;
  private final EventDecoder decoder;
  private final Duration patience;
  private final InstantSource clock;

  public Ledger(
      LakeConnection lake,
      String bootstrapServers,
      EventDecoder decoder,
      Duration patience,
      InstantSource clock) {
    this.clock = clock;
    this.lake = lake;
    this.bootstrapServers = bootstrapServers;
    this.decoder = decoder;
    this.patience = patience;
  }

  /** A stream's table and the dead letters as both were at one moment. */
  private record Moment(Table table, Optional<Table> letters) {}

  /** Looks as deep as it is told. */
  public Verification verify(Stream stream, Depth depth) {
    long begin = System.nanoTime();
    Findings findings = new Findings();
    String name = TableLayout.identifier(stream).toString();
    Optional<Moment> moment = moment(stream);
    if (moment.isEmpty()) {
      findings.notCompared("there is no table " + name + " yet: nothing was ever committed");
      return result(name, depth, 0, 0, List.of(), findings, begin);
    }
    try (Hold hold = new Hold(lake, clock.instant())) {
      hold.keep(TableLayout.identifier(stream), moment.get().table());
      moment.get().letters().ifPresent(table -> hold.keep(DeadLetterTable.IDENTIFIER, table));
      return verify(stream, depth, moment.get(), findings, begin);
    }
  }

  private Verification verify(
      Stream stream, Depth depth, Moment moment, Findings findings, long begin) {
    String name = TableLayout.identifier(stream).toString();
    Table table = moment.table();
    Map<LogShard, ShardProgress> progress = progress(table, findings);
    FileReading files = new FileReading(table, findings, depth);
    files.read();
    DeadLetterReading letters = new DeadLetterReading(findings, depth);
    letters.read(moment.letters(), progress.keySet());
    compareSums(progress, files, depth, findings);
    List<Verification.Shard> shards = new ArrayList<>();
    try (LogReading log = new LogReading(bootstrapServers, patience)) {
      Optional<String> live = log.topicId(stream.name());
      for (Map.Entry<LogShard, ShardProgress> entry : progress.entrySet()) {
        LogShard shard = entry.getKey();
        Boolean alone = incarnations(progress, shard.partition()).size() == 1;
        ShardProof proof =
            new ShardProof(
                stream,
                decoder,
                shard,
                entry.getValue(),
                files.shards().getOrDefault(shard.partition(), new ShardFiles()),
                letters.of(shard),
                findings,
                depth);
        shards.add(
            prove(stream, table, shard, entry.getValue(), proof, log, live, alone, findings));
      }
    }
    return result(name, depth, files.files(), files.rows(), shards, findings, begin);
  }

  /**
   * A replay moves a letter from one table to the other in one commit. Seen half before it and half
   * after, a letter would be nowhere, or everywhere; so the stream's table must be the same before
   * and after the dead letters were looked at.
   */
  private Optional<Moment> moment(Stream stream) {
    for (int look = 0; look < LOOKS; look++) {
      Optional<Table> before = lake.find(TableLayout.identifier(stream));
      Optional<Table> letters = lake.find(DeadLetterTable.IDENTIFIER);
      Optional<Table> after = lake.find(TableLayout.identifier(stream));
      if (before.map(Ledger::newest).equals(after.map(Ledger::newest))) {
        return after.map(table -> new Moment(table, letters));
      }
    }
    throw new IllegalStateException(
        TableLayout.identifier(stream) + " was never the same twice in " + LOOKS + " looks");
  }

  private static List<Object> newest(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return List.of(table.uuid(), snapshot == null ? 0L : snapshot.snapshotId(), table.properties());
  }

  private static Map<LogShard, ShardProgress> progress(Table table, Findings findings) {
    Map<LogShard, ShardProgress> progress = new TreeMap<>();
    List<LogShard> shards =
        StreamSupport.stream(TableProgress.shards(table.properties()).spliterator(), false)
            .toList();
    for (LogShard shard : shards) {
      String where = "property " + shard.propertyKey();
      try {
        progress.put(shard, TableProgress.of(table, shard).orElseThrow());
        if (TableProgress.history(table, shard) instanceof History.Disagrees disagrees) {
          findings.wrong("history", where, disagrees.why());
        }
      } catch (TableProgress.UnreadableProgressException e) {
        findings.wrong("unreadable-property", where, e.getMessage());
      }
    }
    return progress;
  }

  /**
   * Every row belongs to a shard with progress; rows of several incarnations are compared by their
   * sums.
   */
  private static void compareSums(
      Map<LogShard, ShardProgress> progress, FileReading files, Depth depth, Findings findings) {
    Set<Integer> partitions = new HashSet<>(files.shards().keySet());
    for (int partition : partitions) {
      List<ShardProgress> incarnations = incarnations(progress, partition);
      ShardFiles held = files.shards().get(partition);
      if (incarnations.isEmpty()) {
        findings.wrong(
            "rows-without-progress",
            "shard " + partition,
            "the files hold "
                + held.rows()
                + " rows of it, no readable property accounts for them; look in "
                + held.filesNear(0, Long.MAX_VALUE));
      } else if (incarnations.size() > 1) {
        long rows = incarnations.stream().mapToLong(p -> p.totals().rows()).sum();
        long checksum = incarnations.stream().mapToLong(p -> p.totals().checksum()).sum();
        findings.unless(
            rows == held.rows(),
            "row-count",
            "shard " + partition,
            "its topics' properties say " + rows + " rows, the files hold " + held.rows());
        findings.unless(
            depth == Depth.PLACES || checksum == held.checksum(),
            "checksum",
            "shard " + partition,
            "its topics' properties and the files' rows do not add up to the same");
      }
    }
  }

  private static List<ShardProgress> incarnations(
      Map<LogShard, ShardProgress> progress, int partition) {
    return progress.entrySet().stream()
        .filter(entry -> entry.getKey().partition() == partition)
        .map(Map.Entry::getValue)
        .collect(Collectors.toList());
  }

  private static Verification.Shard prove(
      Stream stream,
      Table table,
      LogShard shard,
      ShardProgress progress,
      ShardProof proof,
      LogReading log,
      Optional<String> live,
      Boolean alone,
      Findings findings) {
    proof.compareDeadLetters();
    if (alone) {
      proof.compareFiles();
    }
    long logFrom = progress.nextOffset();
    if (!live.equals(Optional.of(shard.topicId()))) {
      findings.notCompared(
          "shard "
              + shard.partition()
              + " of topic "
              + shard.topicId()
              + " with the log: that topic is gone");
      if (alone) {
        proof.compareWithoutLog();
      }
    } else if (!alone) {
      findings.notCompared(
          "single rows of shard "
              + shard.partition()
              + ": rows of several topics of that name share its offsets; sums were compared");
    } else {
      logFrom = compareLog(stream, table, shard, progress, proof, log, findings);
    }
    return new Verification.Shard(
        shard.topicId(),
        shard.partition(),
        0,
        progress.nextOffset(),
        progress.totals().rows(),
        progress.totals().deadLetters(),
        progress.totals().duplicates(),
        progress.totals().filtered(),
        progress.totals().controlRecords(),
        logFrom);
  }

  private static long compareLog(
      Stream stream,
      Table table,
      LogShard shard,
      ShardProgress progress,
      ShardProof proof,
      LogReading log,
      Findings findings) {
    TopicPartition place = new TopicPartition(stream.name(), shard.partition());
    long logFrom = log.begin(place);
    long logTo = log.end(place);
    if (logTo > progress.nextOffset()) {
      findings.notCompared(
          "shard "
              + shard.partition()
              + " from offset "
              + progress.nextOffset()
              + ": "
              + (logTo - progress.nextOffset())
              + " more in the log, not yet in the table");
    }
    if (logTo < progress.nextOffset()) {
      findings.wrong(
          "log-too-short",
          "property " + shard.propertyKey(),
          "says next offset " + progress.nextOffset() + ", the log ends at " + logTo);
      return logFrom;
    }
    proof.begin(logFrom);
    if (logFrom < progress.nextOffset()) {
      log.read(place, logFrom, progress.nextOffset(), proof::take);
    }
    proof.compareLog(logFrom, table);
    return logFrom;
  }

  private static Verification result(
      String name,
      Depth depth,
      long files,
      long rows,
      List<Verification.Shard> shards,
      Findings findings,
      long begin) {
    List<Verification.Problem> problems = findings.problems();
    return new Verification(
        name,
        problems.isEmpty() ? Verification.SOUND : Verification.WRONG,
        depth.wireName(),
        files,
        rows,
        shards,
        problems,
        findings.notCompared(),
        Duration.ofNanos(System.nanoTime() - begin).toMillis());
  }
}
