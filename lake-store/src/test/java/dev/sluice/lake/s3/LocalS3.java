package dev.sluice.lake.s3;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.access.Grant;
import dev.sluice.lake.access.Right;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A store behind the S3 API within the test's own process, and clients for it. */
final class LocalS3 implements AutoCloseable {
  static final String KEY = StoreProcess.KEY;
  static final String SECRET = StoreProcess.SECRET;
  static final String READER = "reader-key";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ObjectStore store;
  private final S3Server server;

  LocalS3(Path directory) throws Exception {
    this(directory, S3Settings.on(0), List.of());
  }

  LocalS3(Path directory, S3Settings settings) throws Exception {
    this(directory, settings, List.of());
  }

  /** With further keys, whose secret is {@link #SECRET} too. */
  LocalS3(Path directory, List<AccessKey> more) throws Exception {
    this(directory, S3Settings.on(0), more);
  }

  private LocalS3(Path directory, S3Settings settings, List<AccessKey> more) throws Exception {
    this(ObjectSettings.in(directory), settings, more);
  }

  LocalS3(ObjectSettings objects, S3Settings settings, List<AccessKey> more) throws Exception {
    this(objects, settings, more, RandomGenerator.of("SecureRandom"));
  }

  LocalS3(ObjectSettings objects, S3Settings settings, List<AccessKey> more, RandomGenerator random)
      throws Exception {
    store = ObjectStore.open(objects, InstantSource.system(), random);
    List<AccessKey> keys = new ArrayList<>(more);
    keys.add(AccessKey.owner(KEY, new Secret(SECRET)));
    keys.add(AccessKey.of(READER, new Secret(SECRET), List.of(Grant.on("lake", Right.READ))));
    server =
        new S3Server(vertx, settings, store, new Access(keys), metrics, InstantSource.system());
    server.start();
  }

  /** The keys of the bucket {@code lake}. */
  List<String> keys() {
    return store.list("lake", new Listing.Query("", "", "", 1000)).entries().stream()
        .map(Listing.Entry::key)
        .toList();
  }

  /** Leaves nothing in the bucket {@code lake}. */
  void empty() {
    keys().forEach(key -> store.delete("lake", key, Condition.none()));
  }

  ObjectStore store() {
    return store;
  }

  SimpleMeterRegistry metrics() {
    return metrics;
  }

  Vertx vertx() {
    return vertx;
  }

  URI endpoint() {
    return server.endpoint();
  }

  S3Client client() {
    return client(KEY);
  }

  S3Client client(String key) {
    return client(endpoint(), key);
  }

  static S3Client client(URI endpoint, String key) {
    return client(endpoint, key, 1);
  }

  static S3Client client(URI endpoint, String key, int attempts) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(each -> each.retryStrategy(retry -> retry.maxAttempts(attempts)))
        .credentialsProvider(credentials(key))
        .build();
  }

  static StaticCredentialsProvider credentials(String key) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(key, SECRET));
  }

  S3Presigner presigner() {
    return S3Presigner.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .credentialsProvider(credentials(KEY))
        .build();
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
      vertx.close().await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
    store.close();
  }
}
