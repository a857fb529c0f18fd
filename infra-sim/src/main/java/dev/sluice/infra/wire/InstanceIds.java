package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import java.util.List;
import java.util.regex.Pattern;

/** The ids of instances in a request. */
final class InstanceIds {
  private static final Pattern ID = Pattern.compile("i-([0-9a-f]{8}|[0-9a-f]{17})");

  private InstanceIds() {}

  static List<String> optional(Parameters parameters) {
    List<String> ids = parameters.list("InstanceId");
    ids.forEach(InstanceIds::check);
    return ids;
  }

  static List<String> required(Parameters parameters) {
    List<String> ids = optional(parameters);
    if (ids.isEmpty()) {
      throw new AwsFault(
          400, "MissingParameter", "The request must contain the parameter InstanceId");
    }
    return ids;
  }

  static void check(String id) {
    if (!ID.matcher(id).matches()) {
      throw new AwsFault(
          400, "InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\" (expecting \"i-...\")");
    }
  }
}
