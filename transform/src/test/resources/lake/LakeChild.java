import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.Lake;
import dev.sluice.lake.LakeSettings;
import dev.sluice.lake.catalog.FileAccess;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * The lake as a process of its own, compiled by the java that runs it, on the lake's class path.
 * Says in one line where it is; ends when its standard input does.
 */
public final class LakeChild {
  private LakeChild() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment =
        Map.of(
            "SLUICE_S3_PORT", "0",
            "SLUICE_CATALOG_PORT", "0",
            "SLUICE_CATALOG_TOKEN", arguments[1]);
    LakeSettings settings =
        Settings.read(LakeSettings.class, Optional.empty(), environment).in(Path.of(arguments[0]));
    Vertx vertx = Vertx.vertx();
    Lake lake =
        new Lake(
            settings, vertx, new Telemetry(), new Health(), Clock.systemUTC(), new SecureRandom());
    lake.start();
    FileAccess.Keys keys = lake.access().keys().orElseThrow();
    System.out.println(
        String.join(
            " ",
            "lake",
            lake.catalog().toString(),
            lake.s3().orElseThrow().toString(),
            keys.accessKey(),
            keys.secretKey().value()));
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is said to it.
    }
    lake.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }
}
