package dev.sluice.lake.s3a;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.contract.AbstractBondedFSContract;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3A on our store, and what the suite may expect of it. */
final class S3aContract extends AbstractBondedFSContract {
  private static final Path README =
      Path.of(System.getProperty("sluice.root"), "lake-store", "README.md");

  S3aContract(Configuration configuration) {
    super(configuration);
    configuration.addResource("contract/s3a.xml");
    configure(configuration);
  }

  /** What a user of S3A sets, as the README says; and no retries, which would hide our faults. */
  static void configure(Configuration configuration) {
    configuration.addResource(
        new ByteArrayInputStream(documented().getBytes(StandardCharsets.UTF_8)));

    configuration.set("fs.contract.test.fs.s3a", "s3a://" + StoreChild.BUCKET + "/");
    configuration.set("fs.defaultFS", "s3a://" + StoreChild.BUCKET + "/");
    configuration.set("fs.s3a.bucket.probe", "1");
    configuration.set("fs.s3a.multipart.size", "5M");
    configuration.set("fs.s3a.attempts.maximum", "0");
    configuration.set("fs.s3a.retry.limit", "0");
    configuration.set("hadoop.tmp.dir", System.getProperty("java.io.tmpdir"));
  }

  /** The {@code core-site.xml} of the README, of the endpoint and key here. */
  private static String documented() {
    try {
      Matcher block =
          Pattern.compile("(?s)### Hadoop S3A\n.*?```xml\n(.*?)```")
              .matcher(Files.readString(README));
      if (!block.find()) {
        throw new IOException("the README does not say how S3A is configured");
      }
      return block
          .group(1)
          .replace("http://127.0.0.1:9000", StoreChild.endpoint())
          .replace("ACCESS_KEY", StoreChild.KEY)
          .replace("SECRET_KEY", StoreChild.SECRET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String getScheme() {
    return "s3a";
  }

  /** A client of the SDK that S3A stands on. */
  static S3Client client(String endpoint) {
    return S3Client.builder()
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(StoreChild.KEY, StoreChild.SECRET)))
        .build();
  }
}
