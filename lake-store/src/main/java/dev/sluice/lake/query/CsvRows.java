package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;

/**
 * Comma-separated values as RFC 4180 has them, with a header. Null is an empty field, an empty text
 * a quoted one; lists, structs and maps are JSON.
 */
final class CsvRows implements RowWriter {
  private final Writer out;

  CsvRows(OutputStream stream) {
    this.out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 8192);
  }

  @Override
  public void begin(List<Column> columns) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      out.write(i == 0 ? "" : ",");
      field(columns.get(i).name());
    }
    out.write("\r\n");
  }

  @Override
  public void row(Object[] values) throws IOException, SQLException {
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        out.write(',');
      }
      if (values[i] instanceof String text) {
        field(text);
      } else if (values[i] != null) {
        field(text(values[i]));
      }
    }
    out.write("\r\n");
  }

  @Override
  public void end(Summary summary) throws IOException {
    out.flush();
  }

  /** There is no place for a word of failure in the format; the body ends without its end. */
  @Override
  public void failed(QueryOutcome.Refused refused) throws IOException {
    out.flush();
  }

  private void field(String text) throws IOException {
    boolean quote = text.isEmpty();
    for (int i = 0; i < text.length() && !quote; i++) {
      char c = text.charAt(i);
      quote = c == ',' || c == '"' || c == '\r' || c == '\n';
    }
    if (quote) {
      out.write('"');
      out.write(text.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(text);
    }
  }

  private static String text(Object value) throws IOException, SQLException {
    if (value instanceof Array
        || value instanceof DuckDBStruct
        || value instanceof Map<?, ?>
        || value instanceof JsonNode) {
      StringWriter written = new StringWriter();
      try (JsonGenerator json = JsonRows.JSON.createGenerator(written)) {
        ValueJson.write(json, value);
      }
      return written.toString();
    }
    if (value instanceof Blob blob) {
      byte[] bytes = blob.getBytes(1, Math.toIntExact(blob.length()));
      return Base64.getEncoder().encodeToString(bytes);
    }
    return ValueJson.text(value);
  }
}
