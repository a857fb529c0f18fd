package dev.sluice.lake;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Service;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.catalog.CatalogSettings;
import dev.sluice.lake.catalog.FileAccess;
import dev.sluice.lake.catalog.FileCredentials;
import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.catalog.Handout;
import dev.sluice.lake.catalog.IcebergArea;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.catalog.Principal;
import dev.sluice.lake.dataset.ObjectSource;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.HttpFront;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.query.FileCache;
import dev.sluice.lake.query.FileLocator;
import dev.sluice.lake.query.QueryEngine;
import dev.sluice.lake.query.QuerySettings;
import dev.sluice.lake.query.SqlArea;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The catalog and SQL on one HTTP server. */
final class CatalogService implements Service {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LakeSettings settings;
  private final Supplier<FileAccess> files;
  private final FileCredentials credentials;
  private final UnaryOperator<FileLocator> locating;
  private final Supplier<Optional<ObjectSource>> objects;
  private final Vertx vertx;
  private final Telemetry telemetry;
  private final Health health;
  private final InstantSource clock;
  private final RandomGenerator random;
  private Optional<LakeCatalog> catalog = Optional.empty();
  private Optional<Knowledge> knowledge = Optional.empty();
  private volatile Optional<QueryEngine> engine = Optional.empty();
  private Optional<HttpFront> front = Optional.empty();

  /**
   * @param files known once the object store runs
   * @param credentials what clients are handed for a table's files
   * @param locating may find files better than by fetching them
   * @param objects of the store, known once it runs
   */
  CatalogService(
      LakeSettings settings,
      Supplier<FileAccess> files,
      FileCredentials credentials,
      UnaryOperator<FileLocator> locating,
      Supplier<Optional<ObjectSource>> objects,
      Vertx vertx,
      Telemetry telemetry,
      Health health,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.files = files;
    this.credentials = credentials;
    this.locating = locating;
    this.objects = objects;
    this.vertx = vertx;
    this.telemetry = telemetry;
    this.health = health;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String name() {
    return "catalog";
  }

  @Override
  public void start() throws Exception {
    CatalogSettings own = settings.catalog();
    Map<String, Secret> others =
        own.principals().stream().collect(Collectors.toMap(Principal::name, Principal::token));
    Gate gate = new Gate(own.binding(), own.token(), "catalog.token", others);
    Grants grants = new Grants(own.principals());
    Files.createDirectories(settings.data());
    Map<String, String> properties = files.get().properties();
    LakeCatalog opened =
        LakeCatalog.open(own, settings.data(), properties, telemetry.registry(), clock);
    catalog = Optional.of(opened);
    Knowledge known =
        Knowledge.open(
            settings,
            opened,
            grants,
            objects.get(),
            () -> uri().getPort(),
            new Sampler(() -> engine),
            telemetry.registry(),
            clock,
            random);
    knowledge = Optional.of(known);
    QuerySettings sql = settings.sql();
    Path cache = settings.data().resolve("file-cache");
    FileLocator locator = locating.apply(new FileCache(cache, sql.cache().bytes()));
    QueryEngine answering = new QueryEngine(sql, opened, locator, telemetry.registry());
    engine = Optional.of(answering);
    IcebergArea iceberg =
        new IcebergArea(
            opened,
            grants,
            new Handout(files.get(), credentials),
            own,
            new Workers("catalog", own.workers(), own.queue(), PATIENCE),
            clock,
            telemetry.registry());
    SqlArea querying =
        new SqlArea(
            answering,
            grants::mayReadEverything,
            new Workers("sql", sql.concurrency(), sql.queue(), PATIENCE));
    HttpFront serving =
        new HttpFront(
            "catalog",
            own.binding(),
            gate,
            new DaemonPages(health, telemetry),
            areas(List.of(new LoadWatch(iceberg, known.usage(), clock), querying), known),
            own.maxBody(),
            vertx);
    front = Optional.of(serving);
    serving.start();
    health.check("catalog", Health.Up::new);
  }

  private static List<Area> areas(List<Area> own, Knowledge known) {
    return Stream.concat(own.stream(), known.areas().stream()).toList();
  }

  URI uri() {
    return front.orElseThrow(() -> new IllegalStateException("the catalog is down")).uri();
  }

  @Override
  public void stop() throws Exception {
    health.check("catalog", () -> new Health.Down("stopped"));
    try {
      if (front.isPresent()) {
        front.get().stop();
      }
      if (engine.isPresent()) {
        engine.get().stop();
      }
    } finally {
      try {
        if (knowledge.isPresent()) {
          knowledge.get().stop();
        }
      } finally {
        catalog.ifPresent(LakeCatalog::close);
      }
      knowledge = Optional.empty();
      front = Optional.empty();
      engine = Optional.empty();
      catalog = Optional.empty();
    }
  }
}
