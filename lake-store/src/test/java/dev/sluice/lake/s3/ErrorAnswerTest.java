package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** An Error, as of a class that is not there, is answered like any other failure. */
class ErrorAnswerTest {
  /** How many numbers are still given before one Error; below zero none is due. */
  private final AtomicInteger left = new AtomicInteger(-1);

  private RandomGenerator failing() {
    Random numbers = new Random(5);
    return () -> {
      if (left.getAndUpdate(now -> Math.max(-1, now - 1)) == 0) {
        throw new NoClassDefFoundError("made up");
      }
      return numbers.nextLong();
    };
  }

  @Test
  void anErrorWhereverItComesUpIsAnsweredAndTheNextRequestIsServed(@TempDir Path directory)
      throws Exception {
    try (LocalS3 local =
            new LocalS3(ObjectSettings.in(directory), S3Settings.on(0), List.of(), failing());
        S3Client client = local.client()) {
      client.createBucket(each -> each.bucket("lake"));
      local.store().setVersioning("lake", Bucket.Versioning.ENABLED);
      for (int size : List.of(10, 300_000)) {
        for (int before = 0; before < 2; before++) {
          RequestBody body = RequestBody.fromBytes(new byte[size]);
          left.set(before);
          assertThatThrownBy(() -> client.putObject(each -> each.bucket("lake").key("k"), body))
              .as("%d bytes, number %d", size, before)
              .isInstanceOfSatisfying(
                  S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(500));
          assertThat(left).hasValue(-1);
          client.putObject(each -> each.bucket("lake").key("k"), body);
          assertThat(client.getObjectAsBytes(each -> each.bucket("lake").key("k")).asByteArray())
              .hasSize(size);
        }
      }
    }
  }
}
