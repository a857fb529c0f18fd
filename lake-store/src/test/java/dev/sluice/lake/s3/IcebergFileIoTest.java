package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
      io.initialize(documented(lake));

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

  @Test
  void manyFilesAreWrittenInPartsAtATimeAndDeletedInBulk() throws Exception {
    try (LocalS3 lake = new LocalS3(directory);
        S3FileIO io = new S3FileIO()) {
      lake.store().createBucket("lake", "");
      Map<String, String> properties = documented(lake);
      properties.put("s3.multipart.threshold", "1.0");
      properties.put("s3.checksum-enabled", "true");
      properties.put("s3.delete.batch-size", "100");
      io.initialize(properties);

      byte[] large = bytes(16_000_000);
      try (PositionOutputStream out = io.newOutputFile("s3://lake/t/exact").create()) {
        for (int from = 0; from < large.length; from += 1_000_000) {
          out.write(large, from, 1_000_000);
          assertThat(out.getPos()).isEqualTo(from + 1_000_000);
        }
      }
      try (SeekableInputStream in = io.newInputFile("s3://lake/t/exact").newStream()) {
        for (int from : new int[] {15_999_999, 5 << 20, 0, (10 << 20) - 1}) {
          in.seek(from);
          assertThat(in.read()).isEqualTo(large[from] & 0xff);
        }
      }
      List<String> written = new ArrayList<>();
      for (int n = 0; n < 250; n++) {
        String location = "s3://lake/t/data/\u00fc=" + n + "/f %2F+" + n;
        write(io, location, bytes(n));
        written.add(location);
      }
      written.add("s3://lake/t/never-there");
      io.deleteFiles(written);
      assertThat(io.listPrefix("s3://lake/t/data/")).isEmpty();
      write(io, "s3://lake/t/data/again", large);
      io.deletePrefix("s3://lake/t/");
      assertThat(io.listPrefix("s3://lake/t/")).isEmpty();
    }
  }

  /** What the README tells, and parts as small as they may be. */
  private static Map<String, String> documented(LocalS3 lake) throws IOException {
    Properties told = new Properties();
    told.load(new StringReader(Documented.block("Iceberg", "properties", lake.endpoint())));
    Map<String, String> properties = new HashMap<>();
    told.stringPropertyNames().forEach(name -> properties.put(name, told.getProperty(name)));
    properties.put("s3.multipart.part-size-bytes", Integer.toString(5 << 20));
    return properties;
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
