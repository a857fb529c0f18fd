package dev.sluice.infra.local;

import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import dev.sluice.daemon.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/** The credentials of a data directory: made at its first start, the same at every later one. */
final class CredentialFile {
  private static final String FILE = "credentials.properties";

  private CredentialFile() {}

  static Credentials readOrMake(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      make(file);
    }
    Properties values = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      values.load(reader);
    }
    return new Credentials(
        value(values, "accessKey", file),
        value(values, "secretKey", file),
        value(values, "writeKey", file));
  }

  private static void make(Path file) throws IOException {
    SecureRandom random = new SecureRandom();
    PrivateFile.write(
        file,
        "accessKey=SLUICE"
            + hex(random, 7).toUpperCase(java.util.Locale.ROOT)
            + "\nsecretKey="
            + hex(random, 20)
            + "\nwriteKey="
            + hex(random, 16)
            + "\n");
  }

  private static String value(Properties values, String key, Path file) throws IOException {
    String value = values.getProperty(key, "").strip();
    if (value.isEmpty()) {
      throw new IOException(file + " has no " + key + "; remove the file to have new ones made");
    }
    return value;
  }

  private static String hex(SecureRandom random, int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return HexFormat.of().formatHex(noise);
  }
}
