package dev.sluice.lake.s3;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.object.Durability;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A store behind the S3 API as a process of its own, to be killed or measured. Arguments:
 * directory, port, and names of buckets it is to have that are not synced.
 */
public final class StoreProcess {
  /** The system property that says when bytes are verified, as the setting does. */
  public static final String VERIFY = "store.verify";

  static final String KEY = "test-key";
  static final String SECRET = "test-secret";

  private StoreProcess() {}

  public static void main(String[] arguments) throws Exception {
    ObjectStore store =
        ObjectStore.open(
            TestSettings.in(
                Path.of(arguments[0]), Map.of("verify", System.getProperty(VERIFY, "first-read"))),
            InstantSource.system(),
            RandomGenerator.of("SecureRandom"));
    for (String bucket : List.of(arguments).subList(2, arguments.length)) {
      if (store.findBucket(bucket).isEmpty()) {
        store.createBucket(bucket, "us-east-1");
      }
      store.durability(bucket, Durability.NONE);
    }
    S3Server server =
        new S3Server(
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)),
            S3Settings.on(Integer.parseInt(arguments[1])),
            store,
            new Access(List.of(AccessKey.owner(KEY, new Secret(SECRET)))),
            new SimpleMeterRegistry(),
            InstantSource.system());
    server.start();
    System.out.println("READY " + server.endpoint() + " swept " + store.sweptFiles());
  }
}
