package dev.sluice.lake.catalog.registry;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The catalog's database. Every change is one transaction; where the registry {@link #noting notes}
 * a receipt, the receipt is part of that transaction.
 */
public final class Registry implements AutoCloseable {
  /** Expired answers are removed once in so many kept. */
  private static final int SWEEP_EVERY = 256;

  /** Who changes what nobody asked for. */
  private static final String ITSELF = "lake";

  private static final Comparator<Swap> IN_ORDER =
      Comparator.comparing((Swap swap) -> Names.of(swap.name().namespace()))
          .thenComparing(swap -> swap.name().name());

  private final Database database;
  private final InstantSource clock;
  private final Duration kept;
  private final AtomicLong receipts;
  private final Optional<Receipt> receipt;
  private final String caller;
  private final AtomicReference<Runnable> listener;

  private Registry(
      Database database,
      InstantSource clock,
      Duration kept,
      AtomicLong receipts,
      Optional<Receipt> receipt,
      String caller,
      AtomicReference<Runnable> listener) {
    this.database = database;
    this.clock = clock;
    this.kept = kept;
    this.receipts = receipts;
    this.receipt = receipt;
    this.caller = caller;
    this.listener = listener;
  }

  /**
   * Opens the database, its tables made or brought up to date.
   *
   * @param catalog whose tables are taken over from a database of Iceberg's JDBC catalog
   * @param kept how long answers are kept for retries
   */
  public static Registry open(
      DatabaseSettings settings, String catalog, InstantSource clock, Duration kept) {
    Database database = new Database(settings);
    try {
      Schema.prepare(database, catalog);
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
    return new Registry(
        database,
        clock,
        kept,
        new AtomicLong(),
        Optional.empty(),
        ITSELF,
        new AtomicReference<>(() -> {}));
  }

  /** The same database, where the next change is noted as what the receipt says. */
  public Registry noting(Receipt noted) {
    return new Registry(database, clock, kept, receipts, Optional.of(noted), caller, listener);
  }

  /** The same database, where changes are made for somebody. */
  public Registry asking(String principal) {
    return new Registry(database, clock, kept, receipts, receipt, principal, listener);
  }

  /** The files of dropped tables, to be removed. */
  public Purges purges() {
    return new Purges(database);
  }

  /** The changes of pointers, to be read by one. */
  public ChangeLog log() {
    return new ChangeLog(database);
  }

  /** What is told, by whoever made a change, that there are changes to be read. */
  public void onChange(Runnable told) {
    listener.set(told);
  }

  /** Another request's answer under the same key. */
  public Optional<KeptReply> reply(String key) {
    return database.read(connection -> Replies.find(connection, key));
  }

  /** Keeps the answer of a request that changed nothing. */
  public void keep(String key, KeptReply reply) {
    database.write(
        connection -> {
          if (Replies.find(connection, key).isEmpty()) {
            Replies.insert(connection, key, reply, expiry());
          }
          return true;
        });
  }

  public Optional<Pointer> find(TableIdentifier name) {
    return database.read(connection -> Pointers.find(connection, name));
  }

  public Page<TableIdentifier> list(Namespace namespace, Kind kind, Cut cut) {
    return database.read(connection -> Pointers.list(connection, namespace, kind, cut));
  }

  /** Changes all of the pointers or none. */
  public Outcome swap(List<Swap> swaps) {
    // In one order, so that two transactions never wait for each other.
    List<Swap> ordered = swaps.stream().sorted(IN_ORDER).toList();
    return change(
        connection -> {
          for (Swap swap : ordered) {
            Outcome outcome = swap(connection, swap);
            if (!(outcome instanceof Outcome.Done)) {
              return outcome;
            }
          }
          return new Outcome.Done();
        });
  }

  private Outcome swap(Connection connection, Swap swap) throws SQLException {
    if (swap.expected().isPresent()) {
      if (!Pointers.swap(
          connection, swap.name(), swap.kind(), swap.expected().get(), swap.next())) {
        return new Outcome.Moved(swap.name());
      }
      Optional<String> next = Optional.of(swap.next());
      ChangeLog.write(
          connection,
          change(Deed.REPLACE, swap.kind(), swap.name(), Optional.empty(), swap.expected(), next));
      return new Outcome.Done();
    }
    Names.check(swap.name().name());
    if (swap.name().namespace().isEmpty()
        || !Namespaces.held(connection, swap.name().namespace(), database.dialect())) {
      return new Outcome.NoNamespace(swap.name().namespace());
    }
    Optional<Pointer> there = Pointers.find(connection, swap.name());
    if (there.isPresent()) {
      return new Outcome.Taken(swap.name(), there.get().kind());
    }
    Pointers.insert(connection, swap.name(), swap.kind(), swap.next());
    Optional<String> first = Optional.of(swap.next());
    ChangeLog.write(
        connection,
        change(Deed.CREATE, swap.kind(), swap.name(), Optional.empty(), Optional.empty(), first));
    return new Outcome.Done();
  }

  /** What becomes of the files of something that is dropped. */
  public enum Files {
    KEPT,
    PURGED
  }

  public Outcome drop(TableIdentifier name, Kind kind, Files files) {
    return change(
        connection -> {
          Optional<String> last = Pointers.delete(connection, name, kind);
          if (last.isEmpty()) {
            return new Outcome.Missing(name);
          }
          if (files == Files.PURGED) {
            Purges.insert(connection, last.get(), clock.millis());
          }
          ChangeLog.write(
              connection, change(Deed.DROP, kind, name, Optional.empty(), last, Optional.empty()));
          return new Outcome.Done();
        });
  }

  public Outcome rename(TableIdentifier from, TableIdentifier to, Kind kind) {
    return change(
        connection -> {
          Names.check(to.name());
          Optional<Pointer> source = Pointers.find(connection, from);
          if (source.isEmpty() || source.get().kind() != kind) {
            return new Outcome.Missing(from);
          }
          if (from.equals(to)) {
            return new Outcome.Done();
          }
          if (to.namespace().isEmpty()
              || !Namespaces.held(connection, to.namespace(), database.dialect())) {
            return new Outcome.NoNamespace(to.namespace());
          }
          Optional<Pointer> there = Pointers.find(connection, to);
          if (there.isPresent()) {
            return new Outcome.Taken(to, there.get().kind());
          }
          Optional<String> kept = Pointers.rename(connection, from, to, kind);
          if (kept.isEmpty()) {
            return new Outcome.Missing(from);
          }
          ChangeLog.write(connection, change(Deed.RENAME, kind, from, Optional.of(to), kept, kept));
          return new Outcome.Done();
        });
  }

  public Optional<Map<String, String>> properties(Namespace namespace) {
    return database.read(connection -> Namespaces.properties(connection, namespace, ""));
  }

  /** The root is always there. */
  public boolean exists(Namespace namespace) {
    return database.read(connection -> Namespaces.exists(connection, namespace));
  }

  /** Of every level. */
  public List<Namespace> namespaces() {
    return database.read(Namespaces::all);
  }

  public Page<Namespace> children(Namespace parent, Cut cut) {
    return database.read(connection -> Namespaces.children(connection, parent, cut));
  }

  /** Makes a namespace inside one that exists. */
  public Outcome create(Namespace namespace, Map<String, String> properties) {
    Names.check(namespace);
    Namespace parent = Names.parent(namespace);
    return change(
        connection -> {
          if (!Namespaces.held(connection, parent, database.dialect())) {
            return new Outcome.NoNamespace(parent);
          }
          if (Namespaces.exists(connection, namespace)) {
            return new Outcome.NamespaceTaken(namespace);
          }
          Namespaces.insert(connection, namespace, properties);
          return new Outcome.Done();
        });
  }

  public Outcome drop(Namespace namespace) {
    return change(
        connection -> {
          if (namespace.isEmpty() || !Namespaces.held(connection, namespace, database.dialect())) {
            return new Outcome.NoNamespace(namespace);
          }
          List<Namespace> inner =
              Namespaces.children(connection, namespace, new Cut(Optional.empty(), 1)).items();
          if (!inner.isEmpty()) {
            return new Outcome.NotEmpty(namespace, "namespace " + inner.get(0));
          }
          Optional<TableIdentifier> holds = Pointers.any(connection, namespace);
          if (holds.isPresent()) {
            return new Outcome.NotEmpty(namespace, holds.get().name());
          }
          Namespaces.delete(connection, namespace);
          return new Outcome.Done();
        });
  }

  /**
   * Sets some of a namespace's properties and removes others.
   *
   * @param answer of this, by the properties that were there: a retry gets the same
   */
  public Outcome change(
      Namespace namespace,
      Map<String, String> set,
      Set<String> removed,
      Function<Set<String>, String> answer) {
    return change(
        connection -> {
          Optional<Map<String, String>> present =
              Namespaces.properties(connection, namespace, database.dialect().locking());
          if (present.isEmpty()) {
            return new Outcome.NoNamespace(namespace);
          }
          Map<String, String> next = new TreeMap<>(present.get());
          next.keySet().removeAll(removed);
          next.putAll(set);
          Namespaces.update(connection, namespace, next);
          return new Outcome.Done(answer.apply(present.get().keySet()));
        });
  }

  private static final class NotDone extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Outcome outcome;

    NotDone(Outcome outcome) {
      super(outcome.toString(), null, false, false);
      this.outcome = outcome;
    }
  }

  /** One transaction; what is not done in whole is rolled back, its receipt too. */
  private Outcome change(Database.Work<Outcome> work) {
    try {
      Outcome done =
          database.write(
              connection -> {
                Outcome outcome = work.on(connection);
                if (!(outcome instanceof Outcome.Done made)) {
                  throw new NotDone(outcome);
                }
                note(connection, made.answer());
                return outcome;
              });
      listener.get().run();
      return done;
    } catch (NotDone refused) {
      return refused.outcome;
    }
  }

  private Change change(
      Deed deed,
      Kind kind,
      TableIdentifier name,
      Optional<TableIdentifier> becomes,
      Optional<String> before,
      Optional<String> after) {
    return new Change(0, clock.instant(), caller, deed, kind, name, becomes, before, after);
  }

  private void note(Connection connection, String answer) throws SQLException {
    if (receipt.isEmpty()) {
      return;
    }
    Receipt noted = receipt.get();
    if (Replies.find(connection, noted.key()).isPresent()) {
      throw new Receipt.Doubled();
    }
    try {
      Replies.insert(
          connection, noted.key(), new KeptReply(noted.digest(), noted.status(), answer), expiry());
    } catch (SQLException failure) {
      if (database.dialect().taken(failure)) {
        throw new Receipt.Doubled();
      }
      throw failure;
    }
    if (receipts.incrementAndGet() % SWEEP_EVERY == 0) {
      Replies.forget(connection, clock.millis());
    }
  }

  private long expiry() {
    return clock.instant().plus(kept).toEpochMilli();
  }

  @Override
  public void close() {
    database.close();
  }
}
