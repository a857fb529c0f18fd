package dev.sluice.lake.s3a;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.contract.AbstractBondedFSContract;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3A on our store, and what the suite may expect of it. */
final class S3aContract extends AbstractBondedFSContract {
  S3aContract(Configuration configuration) {
    super(configuration);
    configuration.addResource("contract/s3a.xml");
    configure(configuration);
  }

  /** What a user of S3A sets, as the README says; and no retries, which would hide our faults. */
  static void configure(Configuration configuration) {
    configuration.set("fs.s3a.endpoint", StoreChild.endpoint());
    configuration.set("fs.s3a.endpoint.region", "us-east-1");
    configuration.set("fs.s3a.path.style.access", "true");
    configuration.set("fs.s3a.access.key", StoreChild.KEY);
    configuration.set("fs.s3a.secret.key", StoreChild.SECRET);

    configuration.set("fs.contract.test.fs.s3a", "s3a://" + StoreChild.BUCKET + "/");
    configuration.set("fs.defaultFS", "s3a://" + StoreChild.BUCKET + "/");
    configuration.set("fs.s3a.bucket.probe", "1");
    configuration.set("fs.s3a.multipart.size", "5M");
    configuration.set("fs.s3a.attempts.maximum", "0");
    configuration.set("fs.s3a.retry.limit", "0");
    configuration.set("hadoop.tmp.dir", System.getProperty("java.io.tmpdir"));
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
