package dev.sluice.ingest.ledger;

import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.Destinations;
import dev.sluice.ingest.table.TableProgress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * What the properties and the files of all tables of a stream say together. Of several tables each
 * accounts for every offset, for those of the others as passed over; so what they say must fit.
 */
final class StreamReading {

  private record Told(Table table, Map<LogShard, ShardProgress> progress, FileReading files) {}

  private final Findings findings;
  private final Depth depth;
  private final Destinations destinations;
  private final List<Told> routed = new ArrayList<>();
  private final Optional<Told> former;
  private final Map<Integer, ShardFiles> shards = new TreeMap<>();
  private final Map<LogShard, ShardProgress> together = new TreeMap<>();
  private final Set<Integer> apart = new HashSet<>();

  /**
   * Reads them.
   *
   * @param former the stream's table of before it had a route
   */
  StreamReading(
      Stream stream, List<Table> tables, Optional<Table> former, Findings findings, Depth depth) {
    this.findings = findings;
    this.depth = depth;
    this.destinations = Destinations.of(stream);
    if (tables.size() == 1 && former.isEmpty()) {
      FileReading files = new FileReading(tables.get(0), findings, depth);
      files.read();
      routed.add(new Told(tables.get(0), progress(tables.get(0)), files));
      this.former = Optional.empty();
      shards.putAll(files.shards());
      together.putAll(routed.get(0).progress());
    } else {
      tables.forEach(table -> routed.add(told(table)));
      this.former = former.map(this::told);
      all().forEach(this::compareAlone);
      Set<LogShard> known = new TreeSet<>();
      all().forEach(told -> known.addAll(told.progress().keySet()));
      known.forEach(this::join);
    }
  }

  private Told told(Table table) {
    FileReading files = new FileReading(table, findings, depth, Optional.of(shards));
    files.read();
    return new Told(table, progress(table), files);
  }

  private Map<LogShard, ShardProgress> progress(Table table) {
    Map<LogShard, ShardProgress> progress = new TreeMap<>();
    for (LogShard shard : TableProgress.shards(table.properties())) {
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

  /** Each table's rows are as many as its own properties say. */
  private void compareAlone(Told told) {
    Set<Integer> partitions = new HashSet<>(told.files().shards().keySet());
    told.progress().keySet().forEach(shard -> partitions.add(shard.partition()));
    for (int partition : partitions) {
      List<Counts> said =
          told.progress().entrySet().stream()
              .filter(entry -> entry.getKey().partition() == partition)
              .map(entry -> entry.getValue().totals())
              .toList();
      ShardFiles held = told.files().shards().getOrDefault(partition, new ShardFiles());
      long rows = said.stream().mapToLong(Counts::rows).sum();
      long checksum = said.stream().mapToLong(Counts::checksum).sum();
      String where = told.table().name() + " shard " + partition;
      findings.unless(
          rows == held.rows(),
          "row-count",
          where,
          "the properties say " + rows + " rows, the files hold " + held.rows());
      findings.unless(
          depth == Depth.PLACES || checksum == held.checksum(),
          "checksum",
          where,
          "the properties and the files' rows do not add up to the same");
    }
  }

  private void join(LogShard shard) {
    List<ShardProgress> each =
        routed.stream()
            .flatMap(told -> Optional.ofNullable(told.progress().get(shard)).stream())
            .toList();
    long places = each.stream().map(ShardProgress::nextOffset).distinct().count();
    if (each.size() < routed.size() || places != 1) {
      apart.add(shard.partition());
      findings.notCompared(
          "shard "
              + shard.partition()
              + " with the log: the stream's tables do not stand at one offset at the moment ("
              + routed.stream().map(told -> stands(told, shard)).collect(Collectors.joining(", "))
              + "); verify again once a worker has read it");
      return;
    }
    each.forEach(other -> compare(shard, each.get(0), other));
    Optional<Counts> before =
        former
            .flatMap(told -> Optional.ofNullable(told.progress().get(shard)))
            .map(ShardProgress::totals);
    List<Counts> counts = new ArrayList<>(each.stream().map(ShardProgress::totals).toList());
    before.ifPresent(counts::add);
    sum(shard, each.get(0), counts, before.map(Counts::filtered).orElse(0L))
        .ifPresentOrElse(
            progress -> together.put(shard, progress), () -> apart.add(shard.partition()));
  }

  /** A dead letter, and a control record, is every table's. */
  private void compare(LogShard shard, ShardProgress one, ShardProgress other) {
    findings.unless(
        other.totals().deadLetters() == one.totals().deadLetters()
            && other.totals().controlRecords() == one.totals().controlRecords(),
        "tables-differ",
        where(shard),
        "the stream's tables count dead letters or control records differently: "
            + one.encode()
            + " and "
            + other.encode());
  }

  /** A row, or a duplicate, is one table's: together they leave out what was filtered. */
  private Optional<ShardProgress> sum(
      LogShard shard, ShardProgress any, List<Counts> counts, long filtered) {
    long rows = counts.stream().mapToLong(Counts::rows).sum();
    long duplicates = counts.stream().mapToLong(Counts::duplicates).sum();
    long checksum = counts.stream().mapToLong(Counts::checksum).sum();
    long dead = any.totals().deadLetters();
    long control = any.totals().controlRecords();
    long accounted = rows + duplicates + dead + control;
    if (accounted + filtered != any.nextOffset()) {
      findings.wrong(
          "tables-differ",
          where(shard),
          "the stream's tables stand at offset "
              + any.nextOffset()
              + " and account for "
              + accounted
              + " rows, duplicates, dead letters and control records");
    }
    if (accounted > any.nextOffset()) {
      return Optional.empty();
    }
    long rest = any.nextOffset() - accounted;
    return Optional.of(
        new ShardProgress(
            any.nextOffset(), new Counts(rows, duplicates, dead, rest, control, checksum)));
  }

  private static String where(LogShard shard) {
    return "shard " + shard.partition() + " (" + shard.propertyKey() + ")";
  }

  private static String stands(Told told, LogShard shard) {
    ShardProgress progress = told.progress().get(shard);
    return told.table().name() + " at " + (progress == null ? "none" : progress.nextOffset());
  }

  private List<Told> all() {
    List<Told> all = new ArrayList<>(routed);
    former.ifPresent(all::add);
    return all;
  }

  /** How far the tables have taken each shard, all taken together. */
  Map<LogShard, ShardProgress> progress() {
    return together;
  }

  /** What their files hold. */
  Map<Integer, ShardFiles> shards() {
    return shards;
  }

  /** The shard numbers whose tables stand apart. */
  Set<Integer> apart() {
    return apart;
  }

  List<Table> tables() {
    return all().stream().map(Told::table).toList();
  }

  long files() {
    return all().stream().mapToLong(told -> told.files().files()).sum();
  }

  long rows() {
    return all().stream().mapToLong(told -> told.files().rows()).sum();
  }

  /** Whether a row lies where an event of its values belongs. */
  boolean inPlace(EventColumns event, int partition, long offset) {
    int place = destinations.of(event);
    return (place != Destinations.NOWHERE && holds(routed.get(place), partition, offset))
        || former.filter(told -> holds(told, partition, offset)).isPresent();
  }

  private static boolean holds(Told told, int partition, long offset) {
    ShardFiles files = told.files().shards().get(partition);
    return files != null && files.offsets().contains(offset);
  }
}
