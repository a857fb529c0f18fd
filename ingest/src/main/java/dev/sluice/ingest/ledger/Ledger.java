package dev.sluice.ingest.ledger;

import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/**
 * Verifies a stream's table against the log. The table is taken as it is at one moment: its
 * properties and its files are of one commit, so a verification may run while workers commit.
 */
public final class Ledger {

  private final LakeConnection lake;
  private final String bootstrapServers;
  private final EventDecoder decoder;
  private final Duration patience;

  public Ledger(
      LakeConnection lake, String bootstrapServers, EventDecoder decoder, Duration patience) {
    this.lake = lake;
    this.bootstrapServers = bootstrapServers;
    this.decoder = decoder;
    this.patience = patience;
  }

  public Verification verify(Stream stream) {
    long begin = System.nanoTime();
    Findings findings = new Findings();
    String name = TableLayout.identifier(stream).toString();
    Optional<Table> found = lake.find(TableLayout.identifier(stream));
    if (found.isEmpty()) {
      findings.notCompared("there is no table " + name + " yet: nothing was ever committed");
      return result(name, 0, 0, List.of(), findings, begin);
    }
    Table table = found.get();
    Map<LogShard, ShardProgress> progress = progress(table, findings);
    FileReading files = new FileReading(table, findings);
    files.read();
    DeadLetterReading letters = new DeadLetterReading(lake, findings);
    letters.read(progress.keySet());
    compareSums(progress, files, findings);
    List<Verification.Shard> shards = new ArrayList<>();
    try (LogReading log = new LogReading(bootstrapServers, patience)) {
      Optional<String> live = log.topicId(stream.name());
      for (Map.Entry<LogShard, ShardProgress> entry : progress.entrySet()) {
        boolean alone = incarnations(progress, entry.getKey().partition()).size() == 1;
        shards.add(
            prove(
                stream,
                entry.getKey(),
                entry.getValue(),
                files,
                letters,
                log,
                live,
                alone,
                findings));
      }
    }
    return result(name, files.files(), files.rows(), shards, findings, begin);
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
      Map<LogShard, ShardProgress> progress, FileReading files, Findings findings) {
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
            checksum == held.checksum(),
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

  private Verification.Shard prove(
      Stream stream,
      LogShard shard,
      ShardProgress progress,
      FileReading files,
      DeadLetterReading letters,
      LogReading log,
      Optional<String> live,
      Boolean alone,
      Findings findings) {
    ShardFiles held = files.shards().getOrDefault(shard.partition(), new ShardFiles());
    ShardProof proof =
        new ShardProof(stream, decoder, shard, progress, held, letters.of(shard), findings);
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
    proof.compareLog(logFrom);
    return logFrom;
  }

  private static Verification result(
      String name,
      long files,
      long rows,
      List<Verification.Shard> shards,
      Findings findings,
      long begin) {
    List<Verification.Problem> problems = findings.problems();
    return new Verification(
        name,
        problems.isEmpty() ? Verification.SOUND : Verification.WRONG,
        files,
        rows,
        shards,
        problems,
        findings.notCompared(),
        Duration.ofNanos(System.nanoTime() - begin).toMillis());
  }
}
