package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.Instance;
import dev.sluice.infra.compute.InstanceState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The actions that list instances. */
final class InstanceListings {
  private static final int MOST = 1000;

  private static final Filters<Instance> FILTERS =
      new Filters<>(
          Map.ofEntries(
              Map.entry("instance-id", one(Instance::id)),
              Map.entry("instance-type", one(Instance::type)),
              Map.entry("instance-state-name", one(instance -> instance.state().word())),
              Map.entry(
                  "instance-state-code",
                  one(instance -> Integer.toString(instance.state().code()))),
              Map.entry("availability-zone", one(Instance::zone)),
              Map.entry("image-id", one(instance -> instance.launch().imageId())),
              Map.entry("reservation-id", one(Instance::reservationId)),
              Map.entry("client-token", one(each -> each.launch().token().orElse(""))),
              Map.entry("private-ip-address", one(Instance::privateIp)),
              Map.entry("private-dns-name", one(Instance::privateDns))),
          Instance::tags);

  private final Compute compute;

  InstanceListings(Compute compute) {
    this.compute = compute;
  }

  Map<String, Ec2Action> actions() {
    return Map.of("DescribeInstances", this::instances, "DescribeInstanceStatus", this::statuses);
  }

  private static Function<Instance, List<String>> one(Function<Instance, String> value) {
    return value.andThen(List::of);
  }

  private Ec2Action.Effect instances(Parameters parameters) {
    List<String> ids = InstanceIds.optional(parameters);
    Predicate<Instance> wanted = FILTERS.read(parameters);
    Page page = page(parameters, ids);
    return out -> {
      Page.Slice<Instance> slice = page.cut(matching(ids, wanted), InstanceListings::key);
      Map<String, List<Instance>> reservations = new LinkedHashMap<>();
      for (Instance instance : slice.items()) {
        reservations
            .computeIfAbsent(instance.reservationId(), id -> new ArrayList<>())
            .add(instance);
      }
      out.open("reservationSet");
      for (List<Instance> reservation : reservations.values()) {
        out.open("item");
        InstanceXml.reservation(out, reservation);
        out.close();
      }
      out.close();
      slice.write(out);
    };
  }

  private static Page page(Parameters parameters, List<String> ids) {
    Page page = Page.read(parameters, MOST);
    if (page.asked() && !ids.isEmpty()) {
      throw new AwsFault(
          400,
          "InvalidParameterCombination",
          "The parameter instancesSet cannot be used with the parameter maxResults");
    }
    return page;
  }

  /** Their order in listings: that of their launch. */
  static String key(Instance instance) {
    return String.format(Locale.ROOT, "%019d", instance.ordinal());
  }

  private List<Instance> matching(List<String> ids, Predicate<Instance> wanted) {
    List<Instance> named = ids.isEmpty() ? compute.instances() : compute.known(ids);
    return named.stream().filter(wanted).toList();
  }

  private Ec2Action.Effect statuses(Parameters parameters) {
    List<String> ids = InstanceIds.optional(parameters);
    Predicate<Instance> filtered = FILTERS.read(parameters);
    Page page = page(parameters, ids);
    Predicate<Instance> wanted =
        parameters.flag("IncludeAllInstances")
            ? filtered
            : filtered.and(instance -> instance.state() == InstanceState.RUNNING);
    return out -> {
      Page.Slice<Instance> slice = page.cut(matching(ids, wanted), InstanceListings::key);
      out.open("instanceStatusSet");
      slice.items().forEach(instance -> status(out, instance));
      out.close();
      slice.write(out);
    };
  }

  private static void status(XmlWriter out, Instance instance) {
    out.open("item").text("instanceId", instance.id()).text("availabilityZone", instance.zone());
    InstanceXml.state(out, "instanceState", instance.state());
    boolean running = instance.state() == InstanceState.RUNNING;
    for (String element : List.of("systemStatus", "instanceStatus")) {
      out.open(element).text("status", running ? "ok" : "not-applicable");
      if (running) {
        out.open("details")
            .open("item")
            .text("name", "reachability")
            .text("status", "passed")
            .close()
            .close();
      }
      out.close();
    }
    out.close();
  }
}
