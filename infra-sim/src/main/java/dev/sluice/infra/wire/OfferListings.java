package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.infra.compute.InstanceType;
import dev.sluice.infra.compute.InstanceTypes;
import dev.sluice.infra.compute.Region;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The actions that list what can be had: kinds of machine, regions, zones. */
final class OfferListings {
  private static final int MOST_TYPES = 100;
  private static final String ENDPOINT = "ec2." + Region.NAME + ".amazonaws.com";

  private static final Filters<InstanceType> TYPE_FILTERS =
      new Filters<>(
          Map.of(
              "instance-type", type -> List.of(type.name()),
              "current-generation", type -> List.of(Boolean.toString(type.currentGeneration())),
              "burstable-performance-supported",
                  type -> List.of(Boolean.toString(type.burstable())),
              "instance-storage-supported",
                  type -> List.of(Boolean.toString(type.instanceStoreGb() > 0)),
              "processor-info.supported-architecture", type -> List.of(type.architecture()),
              "supported-usage-class", OfferListings::usage,
              "vcpu-info.default-vcpus", type -> List.of(Integer.toString(type.vcpus())),
              "memory-info.size-in-mib", type -> List.of(Long.toString(type.memoryMib()))),
          type -> Map.of());

  private static final Filters<String> REGION_FILTERS =
      new Filters<>(
          Map.of(
              "region-name", List::of,
              "endpoint", region -> List.of(ENDPOINT),
              "opt-in-status", region -> List.of("opt-in-not-required")),
          region -> Map.of());

  private static final Filters<Region.Zone> ZONE_FILTERS =
      new Filters<>(
          Map.of(
              "zone-name", zone -> List.of(zone.name()),
              "zone-id", zone -> List.of(zone.id()),
              "zone-type", zone -> List.of("availability-zone"),
              "region-name", zone -> List.of(Region.NAME),
              "state", zone -> List.of("available")),
          zone -> Map.of());

  private final InstanceTypes types;

  OfferListings(InstanceTypes types) {
    this.types = types;
  }

  Map<String, Ec2Action> actions() {
    return Map.of(
        "DescribeInstanceTypes", this::types,
        "DescribeRegions", this::regions,
        "DescribeAvailabilityZones", this::zones);
  }

  private static List<String> usage(InstanceType type) {
    return type.spot() ? List.of("on-demand", "spot") : List.of("on-demand");
  }

  private Ec2Action.Effect types(Parameters parameters) {
    List<String> names = parameters.list("InstanceType");
    Predicate<InstanceType> wanted = TYPE_FILTERS.read(parameters);
    Page page = Page.read(parameters, MOST_TYPES);
    List<String> unknown = names.stream().filter(name -> types.find(name).isEmpty()).toList();
    if (!unknown.isEmpty()) {
      throw new AwsFault(
          400,
          "InvalidInstanceType",
          "The following supplied instance types do not exist: " + unknown);
    }
    return out -> {
      List<InstanceType> all =
          types.all().stream()
              .filter(type -> names.isEmpty() || names.contains(type.name()))
              .filter(wanted)
              .toList();
      Page.Slice<InstanceType> slice = page.cut(all, InstanceType::name);
      out.open("instanceTypeSet");
      slice.items().forEach(type -> type(out, type));
      out.close();
      slice.write(out);
    };
  }

  private static void type(XmlWriter out, InstanceType type) {
    out.open("item")
        .text("instanceType", type.name())
        .text("currentGeneration", Boolean.toString(type.currentGeneration()));
    items(out, "supportedUsageClasses", usage(type));
    out.open("processorInfo");
    items(out, "supportedArchitectures", List.of(type.architecture()));
    out.close()
        .open("vCpuInfo")
        .number("defaultVCpus", type.vcpus())
        .close()
        .open("memoryInfo")
        .number("sizeInMiB", type.memoryMib())
        .close()
        .text("instanceStorageSupported", Boolean.toString(type.instanceStoreGb() > 0));
    if (type.instanceStoreGb() > 0) {
      out.open("instanceStorageInfo").number("totalSizeInGB", type.instanceStoreGb()).close();
    }
    type.ebsBaselineMegabytes()
        .ifPresent(
            megabytes ->
                out.open("ebsInfo")
                    .open("ebsOptimizedInfo")
                    .text("baselineThroughputInMBps", Double.toString(megabytes))
                    .close()
                    .close());
    out.open("networkInfo")
        .open("networkCards")
        .open("item")
        .number("networkCardIndex", 0)
        .text("baselineBandwidthInGbps", Double.toString(type.networkBaselineGbps()))
        .text("peakBandwidthInGbps", Double.toString(type.networkPeakGbps()))
        .close()
        .close()
        .close()
        .text("burstablePerformanceSupported", Boolean.toString(type.burstable()))
        .close();
  }

  private static void items(XmlWriter out, String element, List<String> values) {
    out.open(element);
    values.forEach(value -> out.text("item", value));
    out.close();
  }

  private Ec2Action.Effect regions(Parameters parameters) {
    List<String> names = parameters.list("RegionName");
    Predicate<String> wanted = REGION_FILTERS.read(parameters);
    // Both answers are the same: no region that there is needs opting in.
    parameters.flag("AllRegions");
    refuseUnknown(names, List.of(Region.NAME), Function.identity(), "region");
    return out -> {
      out.open("regionInfo");
      if (wanted.test(Region.NAME)) {
        out.open("item")
            .text("regionName", Region.NAME)
            .text("regionEndpoint", ENDPOINT)
            .text("optInStatus", "opt-in-not-required")
            .close();
      }
      out.close();
    };
  }

  private Ec2Action.Effect zones(Parameters parameters) {
    List<String> names = parameters.list("ZoneName");
    List<String> ids = parameters.list("ZoneId");
    // Both answers are the same: no zone that there is needs opting in.
    parameters.flag("AllAvailabilityZones");
    Predicate<Region.Zone> wanted = ZONE_FILTERS.read(parameters);
    refuseUnknown(names, Region.ZONES, Region.Zone::name, "availability zone");
    refuseUnknown(ids, Region.ZONES, Region.Zone::id, "availability zone id");
    return out -> {
      out.open("availabilityZoneInfo");
      for (Region.Zone zone : Region.ZONES) {
        boolean named = names.isEmpty() || names.contains(zone.name());
        boolean identified = ids.isEmpty() || ids.contains(zone.id());
        if (named && identified && wanted.test(zone)) {
          zone(out, zone);
        }
      }
      out.close();
    };
  }

  private static void zone(XmlWriter out, Region.Zone zone) {
    out.open("item")
        .text("zoneName", zone.name())
        .text("zoneId", zone.id())
        .text("zoneState", "available")
        .text("zoneType", "availability-zone")
        .text("regionName", Region.NAME)
        .text("groupName", Region.NAME + "-zg-1")
        .text("networkBorderGroup", Region.NAME)
        .text("optInStatus", "opt-in-not-required")
        .open("messageSet")
        .close()
        .close();
  }

  private static <T> void refuseUnknown(
      List<String> names, List<T> known, Function<T, String> name, String what) {
    List<String> all = known.stream().map(name).toList();
    for (String each : names) {
      if (!all.contains(each)) {
        throw new AwsFault(
            400,
            "InvalidParameterValue",
            "Invalid " + what + ": [" + each + "]; known: " + String.join(", ", all));
      }
    }
  }
}
