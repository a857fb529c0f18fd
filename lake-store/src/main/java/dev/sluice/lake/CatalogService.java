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
import dev.sluice.lake.dataset.ObjectSource;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Bearers;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.HttpFront;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.query.FileCache;
import dev.sluice.lake.query.FileLocator;
import dev.sluice.lake.query.ObjectInventory;
import dev.sluice.lake.query.QueryEngine;
import dev.sluice.lake.query.QueryListArea;
import dev.sluice.lake.query.QuerySettings;
import dev.sluice.lake.query.Spool;
import dev.sluice.lake.query.SqlArea;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;

/** The catalog and SQL on one HTTP server. */
final class CatalogService implements Service {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LakeSettings settings;
  private final Supplier<FileAccess> files;
  private final FileCredentials credentials;
  private final Function<Map<String, String>, FileIO> opening;
  private final UnaryOperator<FileLocator> locating;
  private final Supplier<Optional<ObjectSource>> objects;
  private final Supplier<Optional<ObjectInventory>> inventory;
  private final Vertx vertx;
  private final Telemetry telemetry;
  private final Health health;
  private final InstantSource clock;
  private final RandomGenerator random;
  private Optional<LakeCatalog> catalog = Optional.empty();
  private Optional<Knowledge> knowledge = Optional.empty();
  private Optional<QueryEngine> engine = Optional.empty();
  private volatile Optional<SqlArea> sqlArea = Optional.empty();
  private Optional<QueryListArea> queries = Optional.empty();
  private Optional<HttpFront> front = Optional.empty();

  /**
   * @param files known once the object store runs
   * @param credentials what clients are handed for a table's files
   * @param opening how the catalog itself reaches the files
   * @param locating may find files better than by fetching them
   * @param objects of the store, known once it runs
   * @param inventory of the objects of our own store, known once it runs
   */
  CatalogService(
      LakeSettings settings,
      Supplier<FileAccess> files,
      FileCredentials credentials,
      Function<Map<String, String>, FileIO> opening,
      UnaryOperator<FileLocator> locating,
      Supplier<Optional<ObjectSource>> objects,
      Supplier<Optional<ObjectInventory>> inventory,
      Vertx vertx,
      Telemetry telemetry,
      Health health,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.files = files;
    this.credentials = credentials;
    this.opening = opening;
    this.locating = locating;
    this.objects = objects;
    this.inventory = inventory;
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
    Map<String, Secret> tokens = new LinkedHashMap<>();
    own.token().ifPresent(token -> tokens.put(Gate.OWNER, token));
    own.principals().forEach(each -> tokens.put(each.name(), each.token()));
    Bearers bearers = new Bearers(tokens, own.tokenLifetime(), clock);
    Gate gate = new Gate(own.binding(), own.token(), "catalog.token", bearers);
    Grants grants = new Grants(own.principals());
    Files.createDirectories(settings.data());
    Map<String, String> properties = files.get().properties();
    LakeCatalog opened =
        LakeCatalog.open(own, settings.data(), properties, opening, telemetry.registry(), clock);
    catalog = Optional.of(opened);
    Knowledge known =
        Knowledge.open(
            settings,
            opened,
            grants,
            objects.get(),
            () -> uri().getPort(),
            new Sampler(() -> sqlArea),
            telemetry.registry(),
            clock,
            random);
    knowledge = Optional.of(known);
    IcebergArea iceberg =
        new IcebergArea(
            opened,
            grants,
            bearers,
            new Handout(files.get(), credentials),
            own,
            new Workers("catalog", own.workers(), own.queue(), PATIENCE),
            clock,
            telemetry.registry());
    QuerySettings sql = settings.sql();
    QueryListArea listing =
        new QueryListArea(sql, new Workers("sql-list", 1, sql.queue(), PATIENCE), clock);
    queries = Optional.of(listing);
    SqlArea querying = querying(opened, grants, known, listing);
    sqlArea = Optional.of(querying);
    HttpFront serving =
        new HttpFront(
            "catalog",
            own.binding(),
            gate,
            new DaemonPages(health, telemetry),
            areas(List.of(new LoadWatch(iceberg, known.usage(), clock), querying, listing), known),
            own.maxBody(),
            vertx);
    front = Optional.of(serving);
    serving.start();
    health.check("catalog", Health.Up::new);
  }

  private SqlArea querying(
      LakeCatalog opened, Grants grants, Knowledge known, QueryListArea listing)
      throws IOException {
    QuerySettings sql = settings.sql();
    Path cache = settings.data().resolve("file-cache");
    FileLocator locator = locating.apply(new FileCache(cache, sql.cache().bytes()));
    QueryEngine answering =
        new QueryEngine(
                sql,
                opened,
                opened,
                locator,
                inventory.get(),
                new Spool(settings.data().resolve("sql-files")),
                telemetry.registry())
            .telling(new QueryWatch(known.usage(), clock));
    engine = Optional.of(answering);
    return new SqlArea(
        caller -> answering.seenBy(new CallerRights(grants, caller)),
        sql,
        new Spool(settings.data().resolve("sql-answers")),
        listing,
        new Workers("sql", sql.concurrency(), sql.queue(), PATIENCE));
  }

  private static List<Area> areas(List<Area> own, Knowledge known) {
    return Stream.concat(own.stream(), known.areas().stream()).toList();
  }

  URI uri() {
    return front.orElseThrow(() -> new IllegalStateException("the catalog is down")).uri();
  }

  /** Everything that is served besides the protocol of Iceberg; only while it runs. */
  List<Route> routes() {
    return front.orElseThrow(() -> new IllegalStateException("the catalog is down")).routes();
  }

  @Override
  public void stop() throws Exception {
    health.check("catalog", () -> new Health.Down("stopped"));
    try {
      if (front.isPresent()) {
        front.get().stop();
      }
      if (queries.isPresent()) {
        queries.get().stop();
      }
      engine.ifPresent(QueryEngine::close);
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
      queries = Optional.empty();
      sqlArea = Optional.empty();
      engine = Optional.empty();
      catalog = Optional.empty();
    }
  }
}
