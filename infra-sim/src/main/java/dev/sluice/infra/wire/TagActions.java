package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.Instance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The actions on tags. Only instances have tags here. */
final class TagActions {
  private static final int MOST = 1000;
  private static final String RESOURCE_TYPE = "instance";

  /** One tag of one instance. */
  private record Tag(Instance instance, String key, String value) {}

  private static final Filters<Tag> FILTERS =
      new Filters<>(
          Map.of(
              "key", tag -> List.of(tag.key()),
              "value", tag -> List.of(tag.value()),
              "resource-id", tag -> List.of(tag.instance().id()),
              "resource-type", tag -> List.of(RESOURCE_TYPE)),
          tag -> Map.of(tag.key(), tag.value()));

  private final Compute compute;

  TagActions(Compute compute) {
    this.compute = compute;
  }

  Map<String, Ec2Action> actions() {
    return Map.of(
        "CreateTags", this::create, "DeleteTags", this::delete, "DescribeTags", this::describe);
  }

  /** The tags given as {@code Tag.n.Key} and {@code Tag.n.Value}. */
  static Map<String, String> tags(Parameters parameters) {
    Map<String, String> tags = new TreeMap<>();
    for (Parameters tag : parameters.groups("Tag")) {
      String key = tag.required("Key");
      if (tags.put(key, tag.text("Value").orElse("")) != null) {
        throw duplicate(key);
      }
    }
    return tags;
  }

  static AwsFault duplicate(String key) {
    return new AwsFault(400, "InvalidParameterValue", "Duplicate tag key '" + key + "' specified.");
  }

  private static List<String> resources(Parameters parameters) {
    List<String> ids = parameters.list("ResourceId");
    if (ids.isEmpty()) {
      throw new AwsFault(
          400, "MissingParameter", "The request must contain the parameter ResourceId");
    }
    for (String id : ids) {
      if (!id.startsWith("i-")) {
        throw new AwsFault(
            400, "InvalidID", "The ID '" + id + "' is not valid: only instances are tagged here.");
      }
      InstanceIds.check(id);
    }
    return ids;
  }

  private Ec2Action.Effect create(Parameters parameters) {
    List<String> ids = resources(parameters);
    Map<String, String> tags = tags(parameters);
    if (tags.isEmpty()) {
      throw new AwsFault(400, "MissingParameter", "The request must contain the parameter Tag");
    }
    return out -> {
      compute.tag(ids, tags);
      out.text("return", "true");
    };
  }

  private Ec2Action.Effect delete(Parameters parameters) {
    List<String> ids = resources(parameters);
    Map<String, Optional<String>> tags = new TreeMap<>();
    for (Parameters tag : parameters.groups("Tag")) {
      tags.put(tag.required("Key"), tag.text("Value"));
    }
    return out -> {
      compute.untag(ids, tags);
      out.text("return", "true");
    };
  }

  private Ec2Action.Effect describe(Parameters parameters) {
    Predicate<Tag> wanted = FILTERS.read(parameters);
    Page page = Page.read(parameters, MOST);
    return out -> {
      List<Tag> all =
          compute.instances().stream()
              .flatMap(
                  instance ->
                      instance.tags().entrySet().stream()
                          .map(tag -> new Tag(instance, tag.getKey(), tag.getValue())))
              .filter(wanted)
              .toList();
      Page.Slice<Tag> slice =
          page.cut(all, tag -> InstanceListings.key(tag.instance()) + " " + tag.key());
      out.open("tagSet");
      for (Tag tag : slice.items()) {
        out.open("item")
            .text("resourceId", tag.instance().id())
            .text("resourceType", RESOURCE_TYPE)
            .text("key", tag.key())
            .text("value", tag.value())
            .close();
      }
      out.close();
      slice.write(out);
    };
  }
}
