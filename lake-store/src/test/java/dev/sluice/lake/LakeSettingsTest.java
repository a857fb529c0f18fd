package dev.sluice.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.access.Right;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What can be set of the lake, and further keys for its store. */
class LakeSettingsTest {
  private static final String KEYS =
      """
      s3: {port: 0}
      catalog: {port: 0}
      access:
        keys:
          - {id: reader, right: read, buckets: "lake, other"}
          - {id: writer, secret: of-the-writer, right: write, buckets: [lake]}
          - {id: second-owner, secret: of-the-second, right: own}
      """;

  @TempDir Path directory;

  private LakeSettings settings(String yaml, Map<String, String> environment) throws Exception {
    Path file = Files.writeString(directory.resolve("lake.yaml"), yaml);
    return Settings.read(LakeSettings.class, Optional.of(file), environment);
  }

  @Test
  void keysHaveTheirDefaultsAndTheirSecretsMayComeFromTheEnvironment() throws Exception {
    LakeSettings lake = settings(KEYS, Map.of("SLUICE_ACCESS_KEYS_0_SECRET", "of-the-reader"));

    assertThat(lake.access().keys().get(0).secret().value()).isEqualTo("of-the-reader");
    assertThat(lake.access().keys().get(0).buckets()).containsExactly("lake", "other");
    assertThat(lake.access().keys().get(2).right()).contains(Right.OWN);
    assertThat(lake.access().keys().get(2).buckets()).isEmpty();
    assertThat(lake.toString()).doesNotContain("of-the");
  }

  @Test
  void aKeyOfTheSettingsOpensTheStoreAsFarAsItsRightGoes() throws Exception {
    Vertx vertx = Vertx.vertx();
    Telemetry telemetry = new Telemetry();
    Lake lake = lake(vertx, telemetry, Map.of("SLUICE_ACCESS_KEYS_0_SECRET", "of-the-reader"));
    try {
      lake.start();
      URI endpoint = lake.s3().orElseThrow();
      try (S3Client writer = client(endpoint, "writer", "of-the-writer");
          S3Client reader = client(endpoint, "reader", "of-the-reader")) {
        writer.putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("bytes"));

        assertThat(reader.getObjectAsBytes(each -> each.bucket("lake").key("k")).asUtf8String())
            .isEqualTo("bytes");
        assertThatThrownBy(
                () ->
                    reader.putObject(
                        each -> each.bucket("lake").key("k"), RequestBody.fromString("other")))
            .isInstanceOf(S3Exception.class)
            .hasMessageContaining("the key reader has no grant for PutObject");
      }
    } finally {
      lake.stop();
      telemetry.close();
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  private Lake lake(Vertx vertx, Telemetry telemetry, Map<String, String> environment)
      throws Exception {
    return new Lake(
        settings(KEYS, environment).in(directory.resolve("lake")),
        vertx,
        telemetry,
        new Health(),
        InstantSource.system(),
        new SecureRandom());
  }

  private static S3Client client(URI endpoint, String key, String secret) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
        .build();
  }

  @Test
  void keysThatContradictEachOtherAreRefusedByName() {
    assertRefused(
        "access: {keys: [{id: abc, secret: s, right: read}, {id: abc, secret: t, right: read}]}",
        "'abc' twice");
    assertRefused("access: {keys: [{id: abc}]}", "access.keys[0].secret");
    assertRefused("access: {keys: [{id: abc, secret: s, right: rad}]}", "read, write, own");
    assertRefused("access: {keys: [{id: a, secret: s, right: own}]}", "'a' must be 3 to 128");
    assertRefused(
        "storage: {kind: s3}\naccess: {keys: [{id: abc, secret: s, right: read}]}",
        "storage.kind is s3");
    assertRefused("access: {keys: 'abc=secret'}", "access.keys[0]");
    assertRefused("access: {keys: [{id: abc, secret: s}]}", "'abc' may do nothing");
  }

  private void assertRefused(String yaml, String words) {
    assertThatThrownBy(() -> settings(yaml, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("abc=secret");
  }

  @Test
  void objectsLieWithinTheDataUnlessToldOtherwise() throws Exception {
    assertThat(settings("data: /srv/lake", Map.of()).placedObjects().directory())
        .isEqualTo(Path.of("/srv/lake/objects"));
    assertThat(
            settings("data: /srv/lake\nobjects: {directory: /disk}", Map.of())
                .placedObjects()
                .directory())
        .isEqualTo(Path.of("/disk"));
  }

  @Test
  void aHostThatIsNoAddressNeedsAnEndpointToTell() throws Exception {
    assertRefused("s3: {host: 0.0.0.0}", "s3.endpoint");
    assertRefused("s3: {endpoint: lake}", "http://lake.internal:9000");
    assertThat(
            settings("s3: {host: 0.0.0.0, endpoint: 'http://lake:9000'}", Map.of()).s3().endpoint())
        .contains(URI.create("http://lake:9000"));
  }

  @Test
  void theOwnersKeyIsNotGivenOutAgain() throws Exception {
    LakeSettings taken =
        settings("access: {keys: [{id: sluice, secret: s, right: own}]}", Map.of());
    Vertx vertx = Vertx.vertx();
    try (Telemetry telemetry = new Telemetry()) {
      Lake lake =
          new Lake(
              taken.in(directory.resolve("lake")),
              vertx,
              telemetry,
              new Health(),
              InstantSource.system(),
              new SecureRandom());
      assertThatThrownBy(lake::start)
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("the owner's key");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
