package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.WireRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The names under which clients reach us. {@code mine.localhost} names the bucket {@code mine}
 * where {@code localhost} is one of the domains (virtual-host style); any other host names no
 * bucket, and the path does (path style).
 */
record HostNames(List<String> domains) {
  HostNames {
    domains = domains.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
  }

  Optional<String> bucket(WireRequest wire) {
    List<String> hosts = wire.headers().getOrDefault("host", List.of());
    if (hosts.size() > 1) {
      throw new AwsFault(400, "InvalidRequest", "A request has one Host header.");
    }
    String host = hosts.isEmpty() ? "" : withoutPort(hosts.get(0).trim().toLowerCase(Locale.ROOT));
    // The longest domain decides, so that lake.localhost may be a domain beside localhost.
    Optional<String> domain =
        domains.stream()
            .filter(each -> host.equals(each) || host.endsWith("." + each))
            .max((one, other) -> Integer.compare(one.length(), other.length()));
    return domain
        .filter(each -> host.length() > each.length() + 1)
        .map(each -> host.substring(0, host.length() - each.length() - 1));
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']');
    return port ? host.substring(0, colon) : host;
  }
}
