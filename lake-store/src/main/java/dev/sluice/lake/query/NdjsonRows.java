package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;

/** A JSON object on a line for each row. */
final class NdjsonRows implements RowWriter {
  private final JsonGenerator json;
  private List<Column> columns = List.of();

  NdjsonRows(OutputStream out) throws IOException {
    this.json = JsonRows.JSON.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  @Override
  public void begin(List<Column> described) {
    columns = List.copyOf(described);
  }

  @Override
  public void row(Object[] values) throws IOException, SQLException {
    json.writeStartObject();
    for (int i = 0; i < values.length; i++) {
      json.writeFieldName(columns.get(i).name());
      ValueJson.write(json, values[i]);
    }
    json.writeEndObject();
  }

  @Override
  public void end(Summary summary) throws IOException {
    if (summary.rows() > 0) {
      json.writeRaw('\n');
    }
    json.flush();
  }

  @Override
  public void failed(QueryOutcome.Refused refused) throws IOException {
    json.writeStartObject();
    JsonRows.error(json, refused);
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }
}
