package dev.sluice.lake.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.s3.S3Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Secret SECRET = new Secret("s1");
  @TempDir Path directory;

  private final Access access =
      new Access(
          List.of(
              AccessKey.owner("owner", SECRET),
              AccessKey.of("writer", SECRET, List.of(Grant.on("lake", Right.WRITE))),
              AccessKey.of("part", SECRET, List.of(new Grant("lake", "a/", Right.WRITE))),
              new AccessKey(
                  "passing",
                  SECRET,
                  "other",
                  Optional.of(NOW),
                  Optional.of(Right.OWN),
                  List.of(),
                  List.of())));

  private boolean allowed(String key, Right right, Target target) {
    return allowed(key, right, target, NOW.minusSeconds(1), Optional.empty());
  }

  private boolean allowed(
      String key, Right right, Target target, Instant at, Optional<String> owner) {
    Caller caller = new Caller.KeyHolder(key);
    AccessRequest request = new AccessRequest(caller, at, "PutObject", right, target, owner);
    return access.decide(request) instanceof Decision.Allowed;
  }

  private static Target bucket(String name) {
    return new Target.Bucket(name);
  }

  @Test
  void aKeyDoesWhatItsGrantsSayAndNoMore() {
    assertThat(allowed("owner", Right.OWN, bucket("any"))).isTrue();
    assertThat(allowed("owner", Right.READ, new Target.Buckets())).isTrue();
    assertThat(allowed("writer", Right.WRITE, new Target.Key("lake", "k"))).isTrue();
    assertThat(allowed("writer", Right.READ, new Target.Listing("lake", ""))).isTrue();
    assertThat(allowed("writer", Right.OWN, bucket("lake"))).isFalse();
    assertThat(allowed("writer", Right.READ, bucket("other"))).isFalse();
    assertThat(allowed("stranger", Right.READ, bucket("lake"))).isFalse();
    AccessRequest nobody =
        new AccessRequest(
            new Caller.Anonymous(), NOW, "GetObject", Right.READ, bucket("lake"), Optional.empty());
    assertThat(access.decide(nobody)).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void aPrefixLimitsKeysAndListings() {
    assertThat(allowed("part", Right.WRITE, new Target.Key("lake", "a/b"))).isTrue();
    assertThat(allowed("part", Right.READ, new Target.Key("lake", "ab"))).isFalse();
    assertThat(allowed("part", Right.READ, new Target.Listing("lake", "a/b"))).isTrue();
    assertThat(allowed("part", Right.READ, new Target.Listing("lake", "a"))).isFalse();
    assertThat(allowed("part", Right.READ, new Target.Listing("lake", ""))).isFalse();
    assertThat(allowed("part", Right.READ, bucket("lake"))).isTrue();
    assertThat(allowed("part", Right.OWN, bucket("lake"))).isFalse();
  }

  @Test
  void accountsAndExpiryAreKept() {
    Optional<String> main = Optional.of("main");
    Optional<String> other = Optional.of("other");
    Instant before = NOW.minusMillis(1);
    assertThat(allowed("passing", Right.OWN, bucket("x"), before, other)).isTrue();
    assertThat(allowed("passing", Right.READ, bucket("x"), before, main)).isFalse();
    assertThat(allowed("passing", Right.READ, bucket("x"), NOW, other)).isFalse();
    assertThat(access.credential("passing", before)).isPresent();
    assertThat(access.credential("passing", NOW)).isEmpty();
    assertThat(access.account(new Caller.KeyHolder("passing"))).isEqualTo(other);
  }

  private AccessSettings settings(String yaml) throws IOException {
    Path file = directory.resolve("access.yaml");
    Files.writeString(file, yaml);
    return Settings.read(AccessSettings.class, Optional.of(file), Map.of());
  }

  @Test
  void settingsSayRightAndBucketsOrGrants() throws IOException {
    AccessKey brief =
        settings("keys: [{id: reports, secret: s, right: read, buckets: [lake]}]").keys().get(0);
    assertThat(brief.granted()).containsExactly(Grant.on("lake", Right.READ));
    AccessKey full =
        settings(
                "keys: [{id: jobs, secret: s, account: data, expires: 2027-01-31T00:00:00Z,"
                    + " grants: [{bucket: lake, prefix: raw/, right: write}, {right: read}]}]")
            .keys()
            .get(0);
    assertThat(full.granted())
        .containsExactly(new Grant("lake", "raw/", Right.WRITE), Grant.everywhere(Right.READ));
    assertThat(full.expires()).contains(Instant.parse("2027-01-31T00:00:00Z"));
    for (String wrong :
        List.of(
            "keys: [{id: none, secret: s}]",
            "keys: [{id: none, secret: s, buckets: [lake]}]",
            "keys: [{id: own, secret: s, grants: [{bucket: lake, prefix: a, right: own}]}]",
            "keys: [{id: own, secret: s, grants: [{bucket: l*, right: read}]}]",
            "keys: [{id: own, secret: s, right: read, expires: tomorrow}]",
            "keys: [{id: own, secret: s, right: read, account: A}]")) {
      assertThatThrownBy(() -> settings(wrong)).as(wrong).isInstanceOf(SettingsException.class);
    }
  }

  @Test
  void secretsNeverShow() {
    assertThat(AccessKey.owner("owner", SECRET).toString()).doesNotContain("s1");
    assertThat(access.credential("owner", NOW).orElseThrow().toString()).doesNotContain("s1");
  }

  @Test
  void theDefaultsThatSettingsShowAreThoseInCode() {
    assertThat(Settings.defaults(S3Settings.class)).isEqualTo(S3Settings.on(9000));
    assertThat(Settings.defaults(ObjectSettings.class))
        .isEqualTo(ObjectSettings.in(Path.of("objects")));
    assertThat(Settings.defaults(AccessSettings.class).keys()).isEmpty();
    assertThat(AccessKey.MAIN).isEqualTo(dev.sluice.lake.object.Bucket.MAIN_ACCOUNT);
  }
}
