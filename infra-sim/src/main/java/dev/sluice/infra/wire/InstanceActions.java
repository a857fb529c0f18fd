package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.infra.compute.Change;
import dev.sluice.infra.compute.Command;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.Launch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The actions that make instances and move them through their life. */
final class InstanceActions {
  private static final Pattern IMAGE = Pattern.compile("ami-([0-9a-f]{8}|[0-9a-f]{17})");
  private static final int LONGEST_TOKEN = 64;

  private final Compute compute;

  InstanceActions(Compute compute) {
    this.compute = compute;
  }

  Map<String, Ec2Action> actions() {
    return Map.of(
        "RunInstances",
        this::run,
        "StartInstances",
        parameters -> command(Command.START, parameters),
        "StopInstances",
        parameters -> command(Command.STOP, parameters),
        "TerminateInstances",
        parameters -> command(Command.TERMINATE, parameters));
  }

  private Ec2Action.Effect run(Parameters parameters) {
    String image = parameters.required("ImageId");
    if (!IMAGE.matcher(image).matches()) {
      throw new AwsFault(
          400, "InvalidAMIID.Malformed", "Invalid id: \"" + image + "\" (expecting \"ami-...\")");
    }
    String type = parameters.required("InstanceType");
    int min = parameters.number("MinCount").orElseThrow(() -> missing("MinCount"));
    int max = parameters.number("MaxCount").orElseThrow(() -> missing("MaxCount"));
    if (min < 1 || max < min) {
      throw new AwsFault(
          400,
          "InvalidParameterValue",
          "MinCount (" + min + ") must be at least 1 and MaxCount (" + max + ") no less.");
    }
    Optional<String> token = parameters.text("ClientToken").filter(text -> !text.isEmpty());
    if (token.isPresent() && token.get().length() > LONGEST_TOKEN) {
      throw new AwsFault(
          400,
          "InvalidParameterValue",
          "The client token is longer than " + LONGEST_TOKEN + " characters.");
    }
    Optional<String> zone = parameters.text("Placement.AvailabilityZone");
    Launch wish = new Launch(image, type, min, max, zone, launchTags(parameters), token);
    return out -> InstanceXml.reservation(out, compute.run(wish));
  }

  private static AwsFault missing(String name) {
    return new AwsFault(400, "MissingParameter", "The request must contain the parameter " + name);
  }

  private static Map<String, String> launchTags(Parameters parameters) {
    Map<String, String> tags = new TreeMap<>();
    for (Parameters specification : parameters.groups("TagSpecification")) {
      String resource = specification.required("ResourceType");
      if (!resource.equals("instance")) {
        throw new AwsFault(
            400,
            "InvalidParameterValue",
            "'" + resource + "' is no resource that is tagged here; known: instance.");
      }
      TagActions.tags(specification)
          .forEach(
              (key, value) -> {
                if (tags.put(key, value) != null) {
                  throw TagActions.duplicate(key);
                }
              });
    }
    return tags;
  }

  private Ec2Action.Effect command(Command command, Parameters parameters) {
    List<String> ids = InstanceIds.required(parameters);
    return out -> {
      out.open("instancesSet");
      for (Change change : compute.command(command, ids)) {
        out.open("item").text("instanceId", change.id());
        InstanceXml.state(out, "currentState", change.current());
        InstanceXml.state(out, "previousState", change.previous());
        out.close();
      }
      out.close();
    };
  }
}
