package dev.sluice.lake;

import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** What the HTTP interfaces besides the Iceberg catalog take and answer, as OpenAPI 3.1 says it. */
final class ApiDocument implements Area {
  private static final String PATH = "/api/v1/openapi.json";
  private static final String RESOURCE = "openapi.json";

  private final byte[] document;
  private final Workers workers;

  /**
   * @param workers another area's, for there is nothing to do here
   */
  ApiDocument(Workers workers) {
    this.workers = workers;
    try (InputStream resource = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program's jar");
      }
      document = resource.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public boolean owns(String path) {
    return path.equals(PATH);
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route("GET", PATH));
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    return Reply.json(200, document);
  }
}
