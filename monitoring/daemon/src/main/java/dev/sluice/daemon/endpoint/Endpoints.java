package dev.sluice.daemon.endpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where a running pipeline's parts are and what opens them: the content of {@code
 * DIR/endpoints.json}.
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Endpoints(
    URI console,
    URI door,
    Optional<URI> mqtt,
    String kafka,
    URI s3,
    URI catalog,
    Optional<URI> cloud,
    Credentials credentials,
    long pid) {

  /**
   * What a client needs to be let in.
   *
   * @param catalogToken what the catalog wants to be shown, where it has a token of its own
   * @param consoleToken what the monitor wants to be shown, where it is a daemon alone
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Credentials(
      String accessKey,
      String secretKey,
      String writeKey,
      Optional<String> catalogToken,
      Optional<String> consoleToken) {

    /** One key for everything that is spoken to. */
    public Credentials(String accessKey, String secretKey, String writeKey) {
      this(accessKey, secretKey, writeKey, Optional.empty(), Optional.empty());
    }

    /** The key for the catalog and SQL. */
    public String forCatalog() {
      return catalogToken.orElse(writeKey);
    }

    @Override
    public String toString() {
      return "Credentials[accessKey=" + accessKey + "]";
    }
  }

  private static final String FILE = "endpoints.json";
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  /** What to show whoever listens at this address. */
  public String keyFor(URI address) {
    if (catalog.getAuthority().equals(address.getAuthority())) {
      return credentials.forCatalog();
    }
    return door.getAuthority().equals(address.getAuthority())
        ? credentials.writeKey()
        : credentials.consoleToken().orElse(credentials.writeKey());
  }

  /** What the pipeline on this data directory last wrote, if it wrote anything. */
  public static Optional<Endpoints> read(Path dataDirectory) throws IOException {
    try {
      String text = Files.readString(dataDirectory.resolve(FILE));
      return Optional.of(JSON.readValue(text, Endpoints.class));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** Replaces the file in one step, readable by its owner only, and on disk when this returns. */
  public void write(Path dataDirectory) throws IOException {
    Path target = dataDirectory.resolve(FILE);
    Path draft = dataDirectory.resolve(FILE + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] text =
        (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    Files.write(draft, text);
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets the pipeline: it has stopped. */
  public static void clear(Path dataDirectory) throws IOException {
    Files.deleteIfExists(dataDirectory.resolve(FILE));
  }
}
