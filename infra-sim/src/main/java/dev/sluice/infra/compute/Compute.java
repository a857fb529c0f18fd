package dev.sluice.infra.compute;

import dev.sluice.daemon.Service;
import dev.sluice.daemon.SettingsException;
import dev.sluice.infra.clock.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated machines of one account. Writers take turns: a wish is decided by {@link Planner},
 * put in the {@link Journal} and only then known, told and answered. Readers never wait: they see
 * the {@link Register} as it was after some event. May be called by any thread that may block.
 */
public final class Compute implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Compute.class);
  private static final int FORMAT = 1;
  private static final String FILE = "instances.journal";
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ComputeSettings settings;
  private final Path directory;
  private final Scheduler time;
  private final long freshSeed;
  private final InstanceTypes types;
  private final List<InstanceListener> listeners = new CopyOnWriteArrayList<>();
  private volatile Register register = Register.EMPTY;
  private Optional<Journal> journal = Optional.empty();
  private Dice dice;
  private Planner planner;

  /**
   * @param directory where the journal lies; held by the caller against other processes
   * @param seed what chance a new journal begins with; an old one goes on with its own
   */
  public Compute(
      ComputeSettings settings, Path directory, Scheduler time, long seed, InstanceTypes types) {
    this.settings = settings;
    this.directory = directory;
    this.time = time;
    this.freshSeed = seed;
    this.types = types;
    this.dice = new Dice(seed);
    this.planner = new Planner(settings, types, dice);
  }

  public void listen(InstanceListener listener) {
    listeners.add(listener);
  }

  @Override
  public String name() {
    return "compute";
  }

  @Override
  public synchronized void start() throws IOException {
    Journal.Opening opening = Journal.open(directory.resolve(FILE));
    journal = Optional.of(opening.journal());
    if (opening.events().isEmpty()) {
      opening.journal().append(new Event.Opened(FORMAT, freshSeed));
    } else if (opening.events().get(0) instanceof Event.Opened opened
        && opened.format() == FORMAT) {
      dice = new Dice(opened.seed());
      planner = new Planner(settings, types, dice);
    } else {
      throw new SettingsException(
          directory.resolve(FILE) + " does not begin as format " + FORMAT + "; move it away");
    }
    Register replayed = Register.EMPTY;
    for (Event event : opening.events().stream().skip(1).toList()) {
      replayed = replayed.apply(event);
    }
    register = replayed;
    for (Instance instance : replayed.instances().values()) {
      if (instance.state() != InstanceState.TERMINATED) {
        tell(instance, Optional.empty());
      }
      foresee(instance);
    }
  }

  @Override
  public synchronized void stop() throws IOException {
    if (journal.isPresent()) {
      journal.get().close();
      journal = Optional.empty();
    }
  }

  /** New machines, pending; or, for a token asked with before, those of then. */
  public synchronized List<Instance> run(Launch wish) {
    List<Instance> earlier = wish.token().map(register::byToken).orElse(List.of());
    if (!earlier.isEmpty()) {
      if (!earlier.get(0).launch().equals(wish)) {
        throw new Refusal(
            Refusal.Reason.TOKEN_MISMATCH,
            "The client token '"
                + wish.token().orElse("")
                + "' was used before, with other parameters.");
      }
      return earlier;
    }
    Event.Launched launched = planner.launch(register, wish, time.instant());
    happen(launched);
    for (Instance instance : launched.instances()) {
      tell(instance, Optional.empty());
      foresee(instance);
    }
    return launched.instances();
  }

  /** Commands all of these machines, or none; what it did to each. */
  public synchronized List<Change> command(Command command, List<String> ids) {
    List<Instance> before = Planner.known(register, ids);
    move(planner.command(register, command, ids, time.instant()));
    List<Change> changes = new ArrayList<>();
    for (Instance instance : before) {
      InstanceState now = register.find(instance.id()).map(Instance::state).orElseThrow();
      changes.add(new Change(instance.id(), instance.state(), now));
    }
    return changes;
  }

  /** Sets these tags on each; those of the same key are replaced. */
  public synchronized void tag(List<String> ids, Map<String, String> tags) {
    Map<String, Map<String, String>> whole = new LinkedHashMap<>();
    for (Instance instance : Planner.known(register, ids)) {
      Map<String, String> then = new TreeMap<>(instance.tags());
      then.putAll(tags);
      TagRules.check(then);
      whole.put(instance.id(), then);
    }
    happen(new Event.Retagged(time.instant(), whole));
  }

  /** Takes off these tags: whatever their value, or only with the value named; none means all. */
  public synchronized void untag(List<String> ids, Map<String, Optional<String>> tags) {
    Map<String, Map<String, String>> whole = new LinkedHashMap<>();
    for (Instance instance : Planner.known(register, ids)) {
      Map<String, String> then = new TreeMap<>(instance.tags());
      tags.forEach(
          (key, value) -> then.computeIfPresent(key, (k, is) -> keep(is, value).orElse(null)));
      whole.put(instance.id(), tags.isEmpty() ? Map.of() : then);
    }
    happen(new Event.Retagged(time.instant(), whole));
  }

  private static Optional<String> keep(String is, Optional<String> doomed) {
    return doomed.isPresent() && !doomed.get().equals(is) ? Optional.of(is) : Optional.empty();
  }

  /** All instances that are listed, in the order of their launch. */
  public List<Instance> instances() {
    return List.copyOf(register.instances().values());
  }

  /** The instances of these ids, all of them or a refusal. */
  public List<Instance> known(List<String> ids) {
    return Planner.known(register, ids);
  }

  public Optional<Instance> instance(String id) {
    return register.find(id);
  }

  public InstanceTypes types() {
    return types;
  }

  /** What all instances there ever were have cost until now, in US dollars. */
  public BigDecimal costUsd() {
    return register.cost(time.instant());
  }

  /** The instances as a status shows them; those terminated are left out. */
  public List<NodeView> nodes() {
    Instant now = time.instant();
    return register.instances().values().stream()
        .filter(instance -> instance.state() != InstanceState.TERMINATED)
        .map(instance -> view(instance, now))
        .toList();
  }

  private NodeView view(Instance instance, Instant now) {
    Optional<InstanceType> type = types.find(instance.type());
    return new NodeView(
        instance.id(),
        instance.type(),
        type.map(InstanceType::vcpus).orElse(0),
        type.map(InstanceType::memoryMib).orElse(0L),
        instance.state().word(),
        instance.zone(),
        instance.privateIp(),
        instance.launchTime(),
        instance.pricePerHour(),
        instance.cost(now),
        instance.tags());
  }

  private void move(Event.Moved moved) {
    if (moved.moves().isEmpty()) {
      return;
    }
    happen(moved);
    for (Move move : moved.moves()) {
      Instance instance = register.find(move.id()).orElseThrow();
      tell(instance, Optional.of(move.from()));
      foresee(instance);
    }
  }

  /** The one place where something comes to be: on disk first, then known. */
  private void happen(Event event) {
    Journal open = journal.orElseThrow(() -> new IllegalStateException("compute does not run"));
    try {
      open.append(event);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    register = register.apply(event);
    if (open.longerThan(settings.journalLimit().bytes())) {
      shorten(open);
    }
  }

  /** A journal that cannot be shortened still serves; it is tried again after the next event. */
  private void shorten(Journal open) {
    try {
      open.rewrite(List.of(new Event.Opened(FORMAT, dice.seed()), register.carried()));
    } catch (IOException failure) {
      LOG.warn("{} could not be shortened", directory.resolve(FILE), failure);
    }
  }

  /** In order, and never on the thread of the wish: listeners hear it from the scheduler. */
  private void tell(Instance instance, Optional<InstanceState> from) {
    for (InstanceListener listener : listeners) {
      time.at(time.instant(), () -> listener.moved(instance, from));
    }
  }

  private void foresee(Instance instance) {
    instance.settlesAt().ifPresent(due -> time.at(due, () -> settle(instance.id(), due)));
    if (instance.state() == InstanceState.TERMINATED) {
      Instant end = instance.stateSince().plus(settings.terminatedVisible());
      time.at(end, () -> forget(instance.id(), end));
    }
  }

  /** Only the end that was foreseen counts: the instance may have moved on since. */
  private synchronized void settle(String id, Instant due) {
    boolean awaited =
        register.find(id).flatMap(Instance::settlesAt).filter(due::equals).isPresent();
    if (journal.isEmpty() || !awaited) {
      return;
    }
    try {
      move(planner.command(register, Command.SETTLE, List.of(id), time.instant()));
    } catch (UncheckedIOException failure) {
      LOG.error("{} could not settle; tried again", id, failure);
      time.at(time.instant().plus(RETRY), () -> settle(id, due));
    }
  }

  private synchronized void forget(String id, Instant due) {
    if (journal.isEmpty() || register.find(id).isEmpty()) {
      return;
    }
    try {
      happen(new Event.Forgotten(time.instant(), id));
    } catch (UncheckedIOException failure) {
      LOG.error("{} could not be let go; tried again", id, failure);
      time.at(time.instant().plus(RETRY), () -> forget(id, due));
    }
  }
}
