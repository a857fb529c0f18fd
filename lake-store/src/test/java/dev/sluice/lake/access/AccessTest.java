package dev.sluice.lake.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.s3.S3Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessTest {
  private final Access access =
      new Access(
          List.of(
              AccessKey.owner("owner", new Secret("s1")),
              new AccessKey("writer", new Secret("s2"), Right.WRITE, List.of("lake"))));

  private boolean allowed(String key, Right right, String bucket) {
    AccessRequest request =
        new AccessRequest(
            new Caller.KeyHolder(key),
            "PutObject",
            right,
            Optional.of(bucket).filter(name -> !name.isEmpty()));
    return access.decide(request) instanceof Decision.Allowed;
  }

  @Test
  void aKeyDoesWhatItsRightAndBucketsSayAndNoMore() {
    assertThat(allowed("owner", Right.OWN, "any")).isTrue();
    assertThat(allowed("owner", Right.READ, "")).isTrue();
    assertThat(allowed("writer", Right.WRITE, "lake")).isTrue();
    assertThat(allowed("writer", Right.READ, "lake")).isTrue();
    assertThat(allowed("writer", Right.OWN, "lake")).isFalse();
    assertThat(allowed("writer", Right.READ, "other")).isFalse();
    assertThat(allowed("writer", Right.READ, "")).isFalse();
    assertThat(allowed("stranger", Right.READ, "lake")).isFalse();
    AccessRequest nobody =
        new AccessRequest(new Caller.Anonymous(), "GetObject", Right.READ, Optional.of("lake"));
    assertThat(access.decide(nobody)).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void secretsNeverShow() {
    assertThat(AccessKey.owner("owner", new Secret("s1")).toString()).doesNotContain("s1");
    assertThat(access.credential("owner").orElseThrow().toString()).doesNotContain("s1");
  }

  @Test
  void theDefaultsThatSettingsShowAreThoseInCode() {
    assertThat(Settings.defaults(S3Settings.class)).isEqualTo(S3Settings.on(9000));
    assertThat(Settings.defaults(ObjectSettings.class))
        .isEqualTo(ObjectSettings.in(Path.of("objects")));
    assertThat(Settings.defaults(AccessSettings.class).keys()).isEmpty();
  }
}
