package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;

/** One JSON document: {@code {"columns":[{"name","type"}],"rows":[[…]],…}}. */
final class JsonRows implements RowWriter {
  static final JsonFactory JSON =
      new JsonFactory().disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

  private final JsonGenerator json;

  JsonRows(OutputStream out) throws IOException {
    this.json = JSON.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  @Override
  public void begin(List<Column> columns) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("columns");
    for (Column column : columns) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("type", column.type());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rows");
  }

  @Override
  public void row(Object[] values) throws IOException, SQLException {
    json.writeStartArray();
    for (Object value : values) {
      ValueJson.write(json, value);
    }
    json.writeEndArray();
  }

  @Override
  public void end(Summary summary) throws IOException {
    json.writeEndArray();
    json.writeNumberField("rowCount", summary.rows());
    json.writeBooleanField("truncated", summary.truncated());
    json.writeNumberField("elapsedMillis", summary.elapsedMillis());
    json.writeNumberField("filesRead", summary.ready().filesRead());
    json.writeNumberField("filesSkipped", summary.ready().filesSkipped());
    json.writeEndObject();
    json.flush();
  }

  @Override
  public void failed(QueryOutcome.Refused refused) throws IOException {
    json.writeEndArray();
    error(json, refused);
    json.writeEndObject();
    json.flush();
  }

  /** The same words that a refusal has. */
  static void error(JsonGenerator json, QueryOutcome.Refused refused) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", refused.message());
    json.writeStringField("type", refused.reason().type());
    json.writeNumberField("code", refused.reason().status());
    json.writeEndObject();
  }
}
