package dev.sluice.lake.catalog;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTSerializers;

/** The protocol's JSON, by Iceberg's own readers and writers. */
final class RestJson {
  private static final ObjectMapper MAPPER = mapper();

  private RestJson() {}

  /** Set as Iceberg's clients set theirs; newer clients' unknown fields are theirs to leave out. */
  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  static <T extends RESTRequest> T read(Buffer body, Class<T> type) {
    try {
      T request = MAPPER.readValue(body.getBytes(), type);
      if (request == null) {
        throw new BadRequestException("the request has no body");
      }
      return request;
    } catch (JacksonException malformed) {
      throw new BadRequestException("the request is not valid: %s", malformed.getOriginalMessage());
    } catch (IOException impossible) {
      throw new BadRequestException("the request cannot be read: %s", impossible.getMessage());
    }
  }

  static byte[] write(RESTResponse response) {
    try {
      return MAPPER.writeValueAsBytes(response);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException(unwritable);
    }
  }
}
