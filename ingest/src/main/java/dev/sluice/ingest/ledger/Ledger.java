package dev.sluice.ingest.ledger;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
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
  private final ColumnDecoders decoders;
  private final Duration patience;
  private final InstantSource clock;

  public Ledger(
      LakeConnection lake,
      String bootstrapServers,
      ColumnDecoders decoders,
      Duration patience,
      InstantSource clock) {
    this.clock = clock;
    this.lake = lake;
    this.bootstrapServers = bootstrapServers;
    this.decoders = decoders;
    this.patience = patience;
  }

  /** A stream's tables and the dead letters as all were at one moment. */
  private record Moment(List<Table> tables, Optional<Table> former, Optional<Table> letters) {}

  /** Looks as deep as it is told. */
  public Verification verify(Stream stream, Depth depth) {
    long begin = System.nanoTime();
    Findings findings = new Findings();
    String name = name(stream);
    Optional<Moment> moment = moment(stream);
    if (moment.isEmpty()) {
      findings.notCompared("there is no " + name + " yet: nothing was ever committed");
      return result(name, depth, 0, 0, List.of(), findings, begin);
    }
    try (Hold hold = new Hold(lake, clock.instant())) {
      hold(hold, stream, moment.get());
      return verify(stream, depth, moment.get(), findings, begin);
    }
  }

  private static void hold(Hold hold, Stream stream, Moment moment) {
    List<TableIdentifier> names = TableLayout.identifiers(stream);
    for (int i = 0; i < names.size(); i++) {
      hold.keep(names.get(i), moment.tables().get(i));
    }
    moment.former().ifPresent(table -> hold.keep(TableLayout.identifier(stream), table));
    moment.letters().ifPresent(table -> hold.keep(DeadLetterTable.IDENTIFIER, table));
  }

  private Verification verify(
      Stream stream, Depth depth, Moment moment, Findings findings, long begin) {
    String name = name(stream);
    StreamReading files =
        new StreamReading(stream, moment.tables(), moment.former(), findings, depth);
    Map<LogShard, ShardProgress> progress = files.progress();
    DeadLetterReading letters = new DeadLetterReading(findings, depth);
    letters.read(moment.letters(), progress.keySet());
    compareSums(progress, files, depth, findings);
    List<Verification.Shard> shards = new ArrayList<>();
    try (LogReading log = new LogReading(bootstrapServers, patience)) {
      Optional<String> live = log.topicId(stream.topic());
      for (Map.Entry<LogShard, ShardProgress> entry : progress.entrySet()) {
        LogShard shard = entry.getKey();
        Boolean alone = incarnations(progress, shard.partition()).size() == 1;
        ShardProof proof =
            new ShardProof(
                stream,
                decoders,
                shard,
                entry.getValue(),
                files,
                letters.of(shard),
                findings,
                depth);
        shards.add(prove(stream, shard, entry.getValue(), proof, log, live, alone, findings));
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
    List<TableIdentifier> names = TableLayout.identifiers(stream);
    TableIdentifier own = TableLayout.identifier(stream);
    List<TableIdentifier> asked = new ArrayList<>(names);
    if (!names.contains(own)) {
      asked.add(own);
    }
    for (int look = 0; look < LOOKS; look++) {
      List<Optional<Table>> before = asked.stream().map(lake::find).toList();
      Optional<Table> letters = lake.find(DeadLetterTable.IDENTIFIER);
      List<Optional<Table>> after = asked.stream().map(lake::find).toList();
      if (newest(before).equals(newest(after))) {
        List<Table> tables =
            after.subList(0, names.size()).stream().flatMap(Optional::stream).toList();
        Optional<Table> former =
            after.size() > names.size() ? after.get(names.size()) : Optional.empty();
        return tables.size() < names.size()
            ? Optional.empty()
            : Optional.of(new Moment(tables, former, letters));
      }
    }
    throw new IllegalStateException(
        name(stream) + " was never the same twice in " + LOOKS + " looks");
  }

  private static List<Object> newest(List<Optional<Table>> tables) {
    return tables.stream()
        .map(table -> table.<Object>map(Ledger::newest).orElse(List.of()))
        .toList();
  }

  private static String name(Stream stream) {
    return TableLayout.identifiers(stream).stream()
        .map(TableIdentifier::toString)
        .collect(Collectors.joining(", "));
  }

  private static List<Object> newest(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return List.of(table.uuid(), snapshot == null ? 0L : snapshot.snapshotId(), table.properties());
  }

  /**
   * Every row belongs to a shard with progress; rows of several incarnations are compared by their
   * sums.
   */
  private static void compareSums(
      Map<LogShard, ShardProgress> progress, StreamReading files, Depth depth, Findings findings) {
    Set<Integer> partitions = new HashSet<>(files.shards().keySet());
    partitions.removeAll(files.apart());
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
      logFrom = compareLog(stream, shard, progress, proof, log, findings);
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
      LogShard shard,
      ShardProgress progress,
      ShardProof proof,
      LogReading log,
      Findings findings) {
    TopicPartition place = new TopicPartition(stream.topic(), shard.partition());
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
    proof.compareLog(logFrom);
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
