package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Bearers;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.Reply;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;

/** Each operation, once it is allowed. Failures are Iceberg's exceptions. */
final class IcebergCalls {
  private final CatalogSettings settings;
  private final Handout handout;
  private final Admission admission;
  private final Retries retries;
  private final NamespaceCalls namespaces;
  private final TableCalls tables;
  private final ScanCalls scans;
  private final ViewCalls views;
  private final TokenCalls tokens;
  private final Counter reports;

  IcebergCalls(
      LakeCatalog catalog,
      Grants grants,
      Bearers bearers,
      Handout handout,
      CatalogSettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    this.settings = settings;
    this.handout = handout;
    this.admission = new Admission(grants);
    this.retries = new Retries(catalog);
    Placement placement = new Placement(catalog.locations(), grants);
    this.namespaces = new NamespaceCalls(grants);
    this.tables = new TableCalls(placement, grants, handout);
    this.scans = new ScanCalls(new Plans(settings.planFiles(), clock));
    this.views = new ViewCalls(placement);
    this.tokens = new TokenCalls(bearers);
    this.reports =
        Counter.builder("sluice.catalog.reports")
            .description("scan and commit reports received from clients")
            .register(registry);
  }

  Reply answer(Route.Match match, Call call) {
    Asked asked = new Asked(match, call);
    admission.check(asked);
    return retries.once(
        asked, catalog -> carryOut(catalog, asked), catalog -> again(catalog, asked));
  }

  private Reply carryOut(LakeCatalog catalog, Asked asked) {
    return switch (asked.route().about()) {
      case CATALOG -> own(asked);
      case NAMESPACES -> namespaces.answer(catalog, asked);
      case TABLES -> tables.answer(catalog, asked);
      case SCANS -> scans.answer(catalog, asked);
      case VIEWS -> views.answer(catalog, asked);
    };
  }

  private Reply own(Asked asked) {
    return switch (asked.route()) {
      case CONFIG -> config(asked.call());
      case TOKENS -> tokens.answer(asked.call());
      default -> report(asked);
    };
  }

  private Reply again(LakeCatalog catalog, Asked asked) {
    return switch (asked.route().about()) {
      case NAMESPACES -> namespaces.again(catalog, asked);
      case VIEWS -> views.again(catalog, asked);
      default -> tables.again(catalog, asked);
    };
  }

  /** The owner is told of the key at once; others get theirs with each table. */
  private Reply config(Call call) {
    String asked = call.query().getOrDefault("warehouse", "");
    if (!asked.isEmpty()
        && !asked.equals(LakeCatalog.NAME)
        && !asked.equals(settings.warehouse())) {
      throw new BadRequestException(
          "there is no warehouse '%s' here; leave it out, or ask for '%s'",
          asked, LakeCatalog.NAME);
    }
    return Answers.ok(
        ConfigResponse.builder()
            .withDefaults(call.caller().equals(Gate.OWNER) ? handout.everything() : handout.place())
            .withOverride(CatalogProperties.WAREHOUSE_LOCATION, settings.warehouse())
            .withEndpoints(Route.offered())
            .withIdempotencyKeyLifetime(settings.retryWindow().toString())
            .build());
  }

  private Reply report(Asked asked) {
    asked.body(ReportMetricsRequest.class);
    reports.increment();
    return Reply.empty(204);
  }
}
