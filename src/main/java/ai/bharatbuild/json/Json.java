package ai.bharatbuild.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** The one JSON mapping of the API: snake_case names, RFC 3339 times. Safe on any thread. */
public final class Json {
  /**
   * Shared and never reconfigured. Strings may be as long as a request body, which has its own
   * limit; nesting keeps Jackson's bound.
   */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
  }

  private static final ObjectMapper WITHOUT_NULLS =
      MAPPER.copy().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  private Json() {}

  /** Encodes a record; null members are written as {@code null}. */
  public static Buffer encode(Object value) {
    return write(MAPPER, value);
  }

  /** Encodes a record and leaves out null members. */
  public static Buffer encodeSparse(Object value) {
    return write(WITHOUT_NULLS, value);
  }

  /** Reads a tree. Throws {@link IOException} when it is not exactly one JSON value. */
  public static JsonNode parse(Buffer json) throws IOException {
    return MAPPER.readTree(json.getBytes());
  }

  private static Buffer write(ObjectMapper mapper, Object value) {
    try {
      return Buffer.buffer(mapper.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot encode " + value.getClass().getName(), e);
    }
  }
}
