package dev.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.lake.book.Sampling;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Outlet;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.query.SqlArea;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** SQL, as the book asks it for a few rows, by the door that everybody takes. */
final class Sampler implements Sampling {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 8 << 20;

  private final Supplier<Optional<SqlArea>> area;

  /**
   * @param area known once SQL runs
   */
  Sampler(Supplier<Optional<SqlArea>> area) {
    this.area = area;
  }

  @Override
  public Outcome ask(String caller, String sql) {
    Optional<SqlArea> running = area.get();
    if (running.isEmpty()) {
      return new Refused(503, "ServiceUnavailableException", "SQL is not up yet; try again");
    }
    String body = JsonNodeFactory.instance.objectNode().put("sql", sql).toString();
    Call call = new Call("POST", "/api/v1/sql", Map.of(), Map.of(), caller, Buffer.buffer(body));
    Gathered gathered = new Gathered();
    try {
      Optional<Reply> reply = running.get().ask(call, gathered);
      return reply.isPresent()
          ? refused(reply.get())
          : new Rows(JSON.readTree(gathered.bytes.toByteArray()));
    } catch (IOException broken) {
      return new Refused(500, "InternalServerError", "the rows cannot be read: " + broken);
    }
  }

  private static Refused refused(Reply reply) {
    try {
      JsonNode error = JSON.readTree(reply.body().getBytes()).path("error");
      return new Refused(
          reply.status(), error.path("type").asText(), error.path("message").asText());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A short answer, whole in memory; a longer one is none. */
  private static final class Gathered extends Outlet {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (bytes.size() + (long) length > MOST_BYTES) {
        throw new IOException("they are longer than " + MOST_BYTES + " bytes");
      }
      bytes.write(from, offset, length);
    }

    @Override
    public boolean begun() {
      return false;
    }

    @Override
    public long waitedNanos() {
      return 0;
    }

    @Override
    public void whenGone(Runnable action) {
      // Whoever asks stays until the rows are there.
    }
  }
}
