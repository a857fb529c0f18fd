package dev.sluice.lake.query;

import dev.sluice.lake.http.Outlet;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has the engine write the answer to a Parquet file, then sends that: a Parquet file is known from
 * its end, which comes last.
 */
final class FileDelivery implements Delivery, AutoCloseable {
  private final SqlRequest request;
  private final QuerySettings settings;
  private final RunningQuery running;
  private final Outlet out;
  private final Path file;

  FileDelivery(
      SqlRequest request, QuerySettings settings, RunningQuery running, Outlet out, Spool spool) {
    this.request = request;
    this.settings = settings.within(request.memory());
    this.running = running;
    this.out = out;
    this.file = spool.place(request.id() + ".answer");
  }

  @Override
  public QuerySettings settings() {
    return settings;
  }

  @Override
  public List<Path> writes() {
    return List.of(file);
  }

  @Override
  public OptionalLong enough() {
    return OptionalLong.empty();
  }

  @Override
  public void check() throws RefusedQueryException {
    running.check();
  }

  @Override
  public void runs(Statement statement) {
    running.runs(statement);
  }

  @Override
  public long deliver(Sandbox sandbox, Preparation.Ready ready)
      throws SQLException, IOException, RefusedQueryException {
    running.watch(this::tooLarge);
    String limit = request.maxRows().isPresent() ? " LIMIT " + request.maxRows().getAsLong() : "";
    long rows;
    try (Statement statement = sandbox.statement()) {
      running.check();
      rows =
          statement.executeLargeUpdate(
              "COPY (FROM ("
                  + ready.sql()
                  + ")"
                  + limit
                  + ") TO "
                  + SqlText.literal(file.toString())
                  + " (FORMAT parquet)");
    }
    Optional<RefusedQueryException> beyond = tooLarge();
    if (beyond.isPresent()) {
      throw beyond.get();
    }
    running.rows().set(rows);
    Files.copy(file, out);
    running.check();
    return rows;
  }

  private Optional<RefusedQueryException> tooLarge() {
    long most = settings.maxFile().bytes();
    return file.toFile().length() <= most
        ? Optional.empty()
        : Optional.of(
            new RefusedQueryException(
                Reason.NOT_ALLOWED,
                "the answer is larger than "
                    + most
                    + " bytes in Parquet (sql.max-file); ask for less of it at a time"));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
