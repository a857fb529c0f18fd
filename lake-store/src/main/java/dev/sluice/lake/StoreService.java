package dev.sluice.lake;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.daemon.SettingsException;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.catalog.FileAccess;
import dev.sluice.lake.object.Damage;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.Quarantine;
import dev.sluice.lake.object.Scrub;
import dev.sluice.lake.s3.S3Server;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Our own object store, its S3 API, and the warehouse's bucket in it. */
final class StoreService implements Service {
  private final LakeSettings settings;
  private final Vertx vertx;
  private final Telemetry telemetry;
  private final Health health;
  private final InstantSource clock;
  private final RandomGenerator random;
  private Optional<FileAccess.Keys> owner = Optional.empty();
  private Optional<ObjectStore> store = Optional.empty();
  private Optional<S3Server> server = Optional.empty();
  private Optional<LentKeys> lent = Optional.empty();

  StoreService(
      LakeSettings settings,
      Vertx vertx,
      Telemetry telemetry,
      Health health,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.vertx = vertx;
    this.telemetry = telemetry;
    this.health = health;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String name() {
    return "object store";
  }

  @Override
  public void start() throws Exception {
    Files.createDirectories(settings.data());
    FileAccess.Keys own = owner();
    owner = Optional.of(own);
    List<AccessKey> keys = keys(own);
    Access access = new Access(keys);
    lent = Optional.of(new LentKeys(access, clock, random));
    ObjectSettings objects = settings.placedObjects();
    Files.createDirectories(objects.directory());
    ObjectStore opened = ObjectStore.open(objects, clock, random);
    store = Optional.of(opened);
    String bucket = URI.create(settings.catalog().warehouse()).getHost();
    if (opened.findBucket(bucket).isEmpty()) {
      opened.createBucket(bucket, settings.storage().region());
    }
    S3Server serving =
        new S3Server(vertx, settings.s3(), opened, access, telemetry.registry(), clock);
    server = Optional.of(serving);
    serving.start();
    health.check("s3", Health.Up::new);
    watch(opened);
  }

  /** Says how much was found damaged, and how far the scrub is. */
  private void watch(ObjectStore opened) {
    MeterRegistry registry = telemetry.registry();
    Quarantine quarantine = opened.quarantine();
    Scrub scrub = opened.scrub();
    Gauge.builder("sluice.store.quarantined", quarantine, all -> (double) all.count())
        .description("Versions known to be damaged, which are refused to readers")
        .register(registry);
    FunctionCounter.builder("sluice.store.scrub.bytes", scrub, all -> all.progress().bytes())
        .description("Bytes the scrub has read since the start")
        .register(registry);
    FunctionCounter.builder("sluice.store.scrub.passes", scrub, all -> all.progress().passes())
        .description("Walks over all of the store since the start")
        .register(registry);
    health.check(
        "stored bytes",
        () ->
            quarantine.count() == 0
                ? new Health.Up()
                : new Health.Down(
                    quarantine.count()
                        + " versions are damaged, the first one: "
                        + quarantine.first().map(Damage::line).orElse("")));
  }

  private FileAccess.Keys owner() throws java.io.IOException {
    StorageSettings storage = settings.storage();
    return storage.accessKey().isPresent()
        ? new FileAccess.Keys(storage.accessKey().get(), storage.secretKey().orElseThrow())
        : OwnerKey.in(settings.data(), random);
  }

  /** The owner's, and those of the settings. */
  private List<AccessKey> keys(FileAccess.Keys own) {
    List<AccessKey> keys = new ArrayList<>(settings.access().keys());
    if (keys.stream().anyMatch(key -> key.id().equals(own.accessKey()))) {
      throw new SettingsException(
          "access.keys holds '"
              + own.accessKey()
              + "', which is the owner's key: name it otherwise");
    }
    keys.add(AccessKey.owner(own.accessKey(), own.secretKey()));
    return keys;
  }

  ObjectStore store() {
    return store.orElseThrow(() -> new IllegalStateException("the object store is down"));
  }

  LentKeys lent() {
    return lent.orElseThrow(() -> new IllegalStateException("the object store is down"));
  }

  FileAccess access() {
    URI endpoint =
        server.orElseThrow(() -> new IllegalStateException("the object store is down")).endpoint();
    return FileAccess.s3(Optional.of(endpoint), settings.storage().region(), owner);
  }

  @Override
  public void stop() throws Exception {
    health.check("s3", () -> new Health.Down("stopped"));
    health.check("stored bytes", Health.Up::new);
    try {
      if (server.isPresent()) {
        server.get().stop();
      }
    } finally {
      if (store.isPresent()) {
        store.get().close();
      }
      server = Optional.empty();
      store = Optional.empty();
    }
  }
}
