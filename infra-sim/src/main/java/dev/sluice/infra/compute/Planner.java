package dev.sluice.infra.compute;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Decides, purely, what event a wish makes of what is known; or refuses it as EC2 does. */
final class Planner {
  private static final DateTimeFormatter REASON_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Of each block of 256 addresses, the first four and the last are the network's own in AWS. */
  private static final int FIRST_HOST = 4;

  private static final int HOSTS = 251;

  private final ComputeSettings settings;
  private final InstanceTypes types;
  private final Dice dice;

  Planner(ComputeSettings settings, InstanceTypes types, Dice dice) {
    this.settings = settings;
    this.types = types;
    this.dice = dice;
  }

  Event.Launched launch(Register register, Launch wish, Instant now) {
    InstanceType type =
        types
            .find(wish.type())
            .orElseThrow(
                () ->
                    new Refusal(
                        Refusal.Reason.UNKNOWN_TYPE,
                        "Invalid value '" + wish.type() + "' for InstanceType."));
    String zone = zone(register, wish);
    TagRules.check(wish.tags());
    int count = count(register, wish);
    String reservation = dice.id("r", register.sequence());
    Set<String> addresses = new HashSet<>();
    register.instances().values().forEach(instance -> addresses.add(instance.privateIp()));
    List<Instance> instances = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      long ordinal = register.launched() + index;
      String address = address(ordinal, addresses);
      addresses.add(address);
      instances.add(
          new Instance(
              dice.id("i", ordinal),
              ordinal,
              index,
              reservation,
              wish,
              zone,
              address,
              type.pricePerHour(),
              now,
              InstanceState.PENDING,
              now,
              Optional.of(now.plus(boot(ordinal))),
              "",
              Optional.of(new Instance.StateReason("pending", "pending")),
              wish.tags(),
              Billing.NONE));
    }
    return new Event.Launched(now, instances);
  }

  private static String zone(Register register, Launch wish) {
    List<String> zones = Region.ZONES.stream().map(Region.Zone::name).toList();
    String zone = wish.zone().orElse(zones.get((int) (register.sequence() % zones.size())));
    if (!zones.contains(zone)) {
      throw new Refusal(
          Refusal.Reason.UNKNOWN_ZONE,
          "Invalid availability zone: [" + zone + "]; known: " + String.join(", ", zones));
    }
    return zone;
  }

  /** As many as fit, if at least the minimum does. */
  private int count(Register register, Launch wish) {
    long free = settings.maxInstances() - register.counted();
    if (free < wish.min()) {
      throw new Refusal(
          Refusal.Reason.INSTANCE_LIMIT,
          "You have requested more instances ("
              + wish.min()
              + ") than your current instance limit of "
              + settings.maxInstances()
              + " allows: "
              + register.counted()
              + " are there. Terminate some, or raise max-instances.");
    }
    return (int) Math.min(free, wish.max());
  }

  /** There are more addresses than instances may ever be listed at once. */
  private static String address(long ordinal, Set<String> taken) {
    for (long at = ordinal; at < ordinal + 256L * HOSTS; at++) {
      String address = "10.0." + (at / HOSTS) % 256 + "." + (FIRST_HOST + at % HOSTS);
      if (!taken.contains(address)) {
        return address;
      }
    }
    throw new Refusal(
        Refusal.Reason.INSTANCE_LIMIT, "No free address is left until terminated ones are let go");
  }

  private Duration boot(long number) {
    return dice.between(settings.bootShortest(), settings.bootLongest(), number);
  }

  /** Moves all of them or refuses; those whose wish is met already are not in the event. */
  Event.Moved command(Register register, Command command, List<String> ids, Instant now) {
    List<Move> moves = new ArrayList<>();
    for (Instance instance : known(register, ids)) {
      LifeCycle.Verdict verdict = LifeCycle.decide(instance.state(), command);
      if (verdict instanceof LifeCycle.Illegal) {
        throw illegal(instance, command);
      } else if (verdict instanceof LifeCycle.Moves moving) {
        moves.add(move(instance, command, moving.to(), register.sequence(), now));
      }
    }
    return new Event.Moved(now, moves);
  }

  private Move move(
      Instance instance, Command command, InstanceState to, long sequence, Instant now) {
    Optional<Instant> settles =
        switch (to) {
          case PENDING -> Optional.of(now.plus(boot(instance.ordinal() + (sequence << 20))));
          case STOPPING -> Optional.of(now.plus(settings.stopTime()));
          case SHUTTING_DOWN -> Optional.of(now.plus(settings.terminateTime()));
          case RUNNING, STOPPED, TERMINATED -> Optional.empty();
        };
    // A state that time brought keeps the words of the wish that began it.
    String words = instance.transitionReason();
    Optional<Instance.StateReason> reason = instance.stateReason();
    if (command == Command.START) {
      words = "";
      reason = Optional.of(new Instance.StateReason("pending", "pending"));
    } else if (command == Command.STOP || command == Command.TERMINATE) {
      words = "User initiated (" + REASON_TIME.format(now) + ")";
      String code = "Client.UserInitiatedShutdown";
      reason = Optional.of(new Instance.StateReason(code, code + ": User initiated shutdown"));
    } else if (to == InstanceState.RUNNING) {
      reason = Optional.empty();
    }
    return new Move(instance.id(), instance.state(), to, settles, words, reason);
  }

  private static Refusal illegal(Instance instance, Command command) {
    String done = command == Command.START ? "started" : "stopped";
    return new Refusal(
        Refusal.Reason.INCORRECT_STATE,
        "The instance '"
            + instance.id()
            + "' is not in a state from which it can be "
            + done
            + ": it is "
            + instance.state().word()
            + ".");
  }

  static List<Instance> known(Register register, List<String> ids) {
    List<String> unknown =
        ids.stream().filter(id -> register.find(id).isEmpty()).distinct().toList();
    if (unknown.size() == 1) {
      throw new Refusal(
          Refusal.Reason.UNKNOWN_INSTANCE,
          "The instance ID '" + unknown.get(0) + "' does not exist");
    } else if (!unknown.isEmpty()) {
      throw new Refusal(
          Refusal.Reason.UNKNOWN_INSTANCE,
          "The instance IDs '" + String.join(", ", unknown) + "' do not exist");
    }
    return ids.stream().distinct().flatMap(id -> register.find(id).stream()).toList();
  }
}
