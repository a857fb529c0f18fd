package dev.sluice.daemon.endpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.daemon.file.PrivateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
    PrivateFile.write(
        dataDirectory.resolve(FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }

  /** Forgets the pipeline: it has stopped. */
  public static void clear(Path dataDirectory) throws IOException {
    Files.deleteIfExists(dataDirectory.resolve(FILE));
  }
}
