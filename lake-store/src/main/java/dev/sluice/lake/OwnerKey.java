package dev.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.file.PrivateFile;
import dev.sluice.lake.catalog.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The key of our own store's owner, made up at the first start and kept beside the data. */
final class OwnerKey {
  private static final String FILE = "owner-key.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECRET_BYTES = 20;

  private OwnerKey() {}

  static FileAccess.Keys in(Path directory, RandomGenerator random) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      write(file, random);
    }
    JsonNode key = JSON.readTree(Files.readString(file));
    return new FileAccess.Keys(
        key.path("accessKey").asText(), new Secret(key.path("secretKey").asText()));
  }

  private static void write(Path file, RandomGenerator random) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    PrivateFile.write(
        file,
        JSON.createObjectNode()
            .put("accessKey", "sluice")
            .put("secretKey", HexFormat.of().formatHex(secret))
            .toString());
  }
}
