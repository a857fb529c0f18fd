package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.Refusal;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * EC2's Query protocol (Amazon EC2 API Reference, 2016-11-15) over simulated machines. An action
 * that is not here answers {@code UnsupportedOperation}, a parameter that its action does not read
 * {@code UnknownParameter}: nothing is ever ignored.
 */
public final class Ec2Handler implements CloudHandler {
  static final String VERSION = "2016-11-15";
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/" + VERSION + "/";

  /** What S3's verifier calls a signature that is not believed; EC2 has one code for all. */
  private static final Set<String> UNBELIEVED =
      Set.of(
          "SignatureDoesNotMatch",
          "InvalidAccessKeyId",
          "AccessDenied",
          "AuthorizationHeaderMalformed",
          "AuthorizationQueryParametersError");

  private final Map<String, Ec2Action> actions;

  public Ec2Handler(Compute compute) {
    TreeMap<String, Ec2Action> all = new TreeMap<>();
    all.putAll(new InstanceActions(compute).actions());
    all.putAll(new InstanceListings(compute).actions());
    all.putAll(new TagActions(compute).actions());
    all.putAll(new OfferListings(compute.types()).actions());
    this.actions = Collections.unmodifiableMap(all);
  }

  /** The names of the actions that are here. */
  public Set<String> actions() {
    return actions.keySet();
  }

  @Override
  public CloudReply answer(CloudCall call) {
    if (!call.request().rawPath().equals("/")) {
      throw new AwsFault(404, "InvalidAction", "EC2 is called at the path / only.");
    }
    Parameters parameters = Parameters.of(call);
    String name = parameters.required("Action");
    String version = parameters.required("Version");
    if (!version.equals(VERSION)) {
      throw new AwsFault(
          400, "NoSuchVersion", "Version " + version + " is not here; known: " + VERSION + ".");
    }
    Ec2Action action = actions.getOrDefault(name, unsupported(name));
    try {
      boolean rehearsal = parameters.flag("DryRun");
      Ec2Action.Effect effect = action.read(parameters);
      parameters.refuseUnread();
      if (rehearsal) {
        throw new AwsFault(
            412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
      }
      XmlWriter out =
          new XmlWriter().open(name + "Response", NAMESPACE).text("requestId", call.requestId());
      effect.perform(out);
      return CloudReply.xml(200, out.close().document());
    } catch (Refusal refusal) {
      throw new AwsFault(400, code(refusal.reason()), refusal.getMessage());
    }
  }

  private Ec2Action unsupported(String name) {
    return parameters -> {
      throw new AwsFault(
          400,
          "UnsupportedOperation",
          "The action "
              + name
              + " is not supported by this cloud; known: "
              + String.join(", ", actions.keySet())
              + ".");
    };
  }

  private static String code(Refusal.Reason reason) {
    return switch (reason) {
      case UNKNOWN_INSTANCE -> "InvalidInstanceID.NotFound";
      case INCORRECT_STATE -> "IncorrectInstanceState";
      case INSTANCE_LIMIT -> "InstanceLimitExceeded";
      case TOKEN_MISMATCH -> "IdempotentParameterMismatch";
      case UNKNOWN_TYPE, UNKNOWN_ZONE, BAD_TAG -> "InvalidParameterValue";
      case TAG_LIMIT -> "TagLimitExceeded";
    };
  }

  @Override
  public CloudReply refuse(AwsFault fault, String requestId) {
    int status = fault.status();
    String code = fault.code();
    String message = fault.getMessage();
    if (UNBELIEVED.contains(code)) {
      status = 401;
      code = "AuthFailure";
      message = "AWS was not able to validate the provided access credentials: " + message;
    } else if (code.equals("RequestTimeTooSkewed")) {
      status = 400;
      code = "RequestExpired";
    }
    return CloudReply.xml(
        status,
        new XmlWriter()
            .open("Response")
            .open("Errors")
            .open("Error")
            .text("Code", code)
            .text("Message", message)
            .close()
            .close()
            .text("RequestID", requestId)
            .close()
            .document());
  }
}
