package dev.sluice.infra.wire;

import dev.sluice.awswire.XmlWriter;
import dev.sluice.infra.compute.Instance;
import dev.sluice.infra.compute.InstanceState;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Instances in EC2's XML. */
final class InstanceXml {
  static final String ACCOUNT = "000000000000";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private InstanceXml() {}

  /** What a reservation holds; the instances, at least one, are all of it. */
  static void reservation(XmlWriter out, List<Instance> instances) {
    out.text("reservationId", instances.get(0).reservationId())
        .text("ownerId", ACCOUNT)
        .open("groupSet")
        .close()
        .open("instancesSet");
    instances.forEach(instance -> instance(out, instance));
    out.close();
  }

  static void state(XmlWriter out, String element, InstanceState state) {
    out.open(element).number("code", state.code()).text("name", state.word()).close();
  }

  static void tags(XmlWriter out, Map<String, String> tags) {
    out.open("tagSet");
    tags.forEach((key, value) -> out.open("item").text("key", key).text("value", value).close());
    out.close();
  }

  private static void instance(XmlWriter out, Instance instance) {
    boolean gone = instance.state() == InstanceState.TERMINATED;
    out.open("item").text("instanceId", instance.id()).text("imageId", instance.launch().imageId());
    state(out, "instanceState", instance.state());
    // EC2 takes the address of a terminated instance away.
    out.text("privateDnsName", gone ? "" : instance.privateDns())
        .text("dnsName", "")
        .text("reason", instance.transitionReason())
        .number("amiLaunchIndex", instance.launchIndex())
        .open("productCodes")
        .close()
        .text("instanceType", instance.type())
        .text("launchTime", TIME.format(instance.launchTime()))
        .open("placement")
        .text("availabilityZone", instance.zone())
        .text("groupName", "")
        .text("tenancy", "default")
        .close()
        .open("monitoring")
        .text("state", "disabled")
        .close();
    if (!gone) {
      out.text("privateIpAddress", instance.privateIp());
    }
    instance
        .stateReason()
        .ifPresent(
            reason ->
                out.open("stateReason")
                    .text("code", reason.code())
                    .text("message", reason.message())
                    .close());
    out.text("clientToken", instance.launch().token().orElse(""));
    tags(out, instance.tags());
    out.close();
  }
}
