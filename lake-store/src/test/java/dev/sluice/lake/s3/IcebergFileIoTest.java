package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own file layer, the way every engine that reads our tables uses it. */
class IcebergFileIoTest {
  @TempDir Path directory;

  @Test
  void filesAreWrittenReadSoughtListedAndDeleted() throws Exception {
    try (LocalS3 lake = new LocalS3(directory);
        S3FileIO io = new S3FileIO()) {
      lake.store().createBucket("lake", "");
      Map<String, String> properties = new HashMap<>();
      properties.put("s3.endpoint", lake.endpoint().toString());
      properties.put("s3.path-style-access", "true");
      properties.put("s3.access-key-id", LocalS3.KEY);
      properties.put("s3.secret-access-key", LocalS3.SECRET);
      properties.put("client.region", "us-east-1");
      properties.put("http-client.type", "urlconnection");
      properties.put("s3.multipart.part-size-bytes", Integer.toString(5 << 20));
      io.initialize(properties);

      byte[] small = bytes(1_000);
      byte[] large = bytes(12_345_678);
      write(io, "s3://lake/warehouse/t/metadata/m.json", small);
      write(io, "s3://lake/warehouse/t/data/f.parquet", large);
      InputFile file = io.newInputFile("s3://lake/warehouse/t/data/f.parquet");
      assertThat(file.getLength()).isEqualTo(large.length);
      try (SeekableInputStream in = file.newStream()) {
        in.seek(12_000_000);
        byte[] tail = in.readAllBytes();
        assertThat(tail).isEqualTo(Arrays.copyOfRange(large, 12_000_000, large.length));
      }
      try (SeekableInputStream in = file.newStream()) {
        assertThat(in.readAllBytes()).isEqualTo(large);
      }
      List<String> listed = new ArrayList<>();
      io.listPrefix("s3://lake/warehouse/").forEach(each -> listed.add(each.location()));
      assertThat(listed).hasSize(2);
      io.deleteFiles(listed);
      assertThat(io.newInputFile(file.location()).exists()).isFalse();
      assertThatThrownBy(() -> io.newInputFile("s3://lake/none").newStream().read())
          .isInstanceOf(NotFoundException.class);
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void write(S3FileIO io, String location, byte[] bytes) throws IOException {
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      out.write(bytes);
    }
  }
}
