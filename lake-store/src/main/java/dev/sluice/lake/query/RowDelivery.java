package dev.sluice.lake.query;

import dev.sluice.lake.http.Outlet;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalLong;

/** Writes a query's rows to its caller while they are made. */
final class RowDelivery implements Delivery {
  private final SqlRequest request;
  private final QuerySettings settings;
  private final RunningQuery running;
  private final CountedOutlet out;
  private final RowWriter writer;
  private boolean betweenRows;

  RowDelivery(SqlRequest request, QuerySettings settings, RunningQuery running, Outlet outlet)
      throws IOException {
    this.request = request;
    this.settings = settings.within(request.memory());
    this.running = running;
    this.out = new CountedOutlet(outlet);
    this.writer =
        switch (request.format()) {
          case NDJSON -> new NdjsonRows(out);
          case CSV -> new CsvRows(out);
          default -> new JsonRows(out);
        };
  }

  @Override
  public QuerySettings settings() {
    return settings;
  }

  @Override
  public List<Path> writes() {
    return List.of();
  }

  /** One more than are handed over tells that there are more. */
  @Override
  public OptionalLong enough() {
    OptionalLong limit = limit();
    return limit.isPresent() ? OptionalLong.of(limit.getAsLong() + 1) : limit;
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
    OptionalLong limit = limit();
    OptionalLong andOne = enough();
    long rowBytes = settings.maxAnswer().bytes();
    try (RowSource rows = RowSource.open(sandbox, ready, andOne, rowBytes, running)) {
      writer.begin(rows.columns());
      betweenRows = true;
      long count = 0;
      boolean cut = false;
      while (!cut && rows.next()) {
        running.check();
        cut =
            (limit.isPresent() && count >= limit.getAsLong())
                || (wholeInJson() && out.count() > rowBytes);
        if (!cut) {
          betweenRows = false;
          writer.row(rows.values());
          betweenRows = true;
          count++;
          running.rows().set(count);
        }
      }
      running.check();
      writer.end(new RowWriter.Summary(count, cut, running.elapsedMillis(), ready.files()));
      return count;
    } catch (SQLException failure) {
      if (failure.getMessage() != null && failure.getMessage().contains(RowsQuery.TOO_LONG)) {
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED,
            RowsQuery.TOO_LONG + " " + rowBytes + " bytes (sql.max-answer); shorten its values");
      }
      throw failure;
    }
  }

  /** Tells a caller who has some rows that no more will come. */
  void failed(QueryOutcome.Refused refused) throws IOException {
    if (betweenRows) {
      writer.failed(refused);
    }
  }

  private OptionalLong limit() {
    return wholeInJson() ? OptionalLong.of(settings.rowLimit()) : request.maxRows();
  }

  /** Whoever asks for JSON and names no number gets what fits into the bounds. */
  private boolean wholeInJson() {
    return request.format() == AnswerFormat.JSON && request.maxRows().isEmpty();
  }
}
