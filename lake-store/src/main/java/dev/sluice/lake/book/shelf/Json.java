package dev.sluice.lake.book.shelf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Values as JSON in a column. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static <T> T read(String written, Class<T> type) {
    try {
      return MAPPER.readValue(written, type);
    } catch (JsonProcessingException foreign) {
      throw new IllegalStateException(
          "a row of the book holds no " + type.getSimpleName(), foreign);
    }
  }

  static <T> T read(String written, TypeReference<T> type) {
    try {
      return MAPPER.readValue(written, type);
    } catch (JsonProcessingException foreign) {
      throw new IllegalStateException("a row of the book holds something else", foreign);
    }
  }
}
