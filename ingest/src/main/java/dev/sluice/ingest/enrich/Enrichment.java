package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.JsonBytes;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of all streams. A stream without steps is not touched. */
public final class Enrichment {
  /** The undeclared field that names the steps that failed; the table has it with the others. */
  public static final String FAILED = "_enrichment_failed";

  /**
   * Takes all the intake's decoder takes, but numbers of more than a thousand digits: those cost
   * too much to be written anew.
   */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Map<String, List<Step>> byStream;

  private Enrichment(Map<String, List<Step>> byStream) {
    this.byStream = Map.copyOf(byStream);
  }

  /** Where nothing is added to anything. */
  public static Enrichment none() {
    return new Enrichment(Map.of());
  }

  /** Finds the fields of all steps; what is missing is told in one line. */
  public static Enrichment of(EnrichmentSettings settings, Streams streams) {
    if (settings.streams().isEmpty()) {
      return none();
    }
    Steps steps = new Steps(settings);
    Map<String, List<Step>> byStream = new HashMap<>();
    settings
        .streams()
        .forEach(
            (name, said) -> {
              try {
                Stream stream =
                    streams
                        .find(name)
                        .orElseThrow(() -> new IllegalArgumentException(streams.unknown(name)));
                byStream.put(name, steps.of(stream, said));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("enrichment of " + name + ": " + e.getMessage());
              }
            });
    return new Enrichment(byStream);
  }

  /** What is done to the events of a stream; empty when nothing is. */
  public Optional<StreamSteps> of(Stream stream, MeterRegistry meters) {
    List<Step> steps = byStream.getOrDefault(stream.name(), List.of());
    return steps.isEmpty()
        ? Optional.empty()
        : Optional.of(new StreamSteps(stream.name(), steps, meters));
  }

  /** Whether anything is done to the events of a stream. */
  public boolean touches(Stream stream) {
    return !byStream.getOrDefault(stream.name(), List.of()).isEmpty();
  }

  /** How much is done. */
  public enum Extent {
    ALL,
    /** Only what takes away, where an event with all of it would be none. */
    HIDING
  }

  /** The steps of one stream. */
  public static final class StreamSteps {
    private final String stream;
    private final List<Step> steps;
    private final MeterRegistry meters;

    private StreamSteps(String stream, List<Step> steps, MeterRegistry meters) {
      this.stream = stream;
      this.steps = List.copyOf(steps);
      this.meters = meters;
    }

    /** The event's bytes with all steps taken; empty of what cannot be read as JSON here. */
    public Optional<byte[]> take(
        byte[] event, Instant received, Circumstances circumstances, Extent extent) {
      if (!(read(event) instanceof ObjectNode object)) {
        return Optional.empty();
      }
      // Nobody else may say so.
      object.remove(FAILED);
      List<String> failed = new ArrayList<>();
      for (Step step : steps) {
        if (extent == Extent.HIDING && !step.hides()) {
          failed.add(step.name());
          continue;
        }
        try {
          step.take(object, received, circumstances);
        } catch (StepFailedException | RuntimeException e) {
          failed.add(step.name());
        }
      }
      if (!failed.isEmpty()) {
        ArrayNode names = object.putArray(FAILED);
        failed.stream().distinct().forEach(names::add);
        failed.forEach(this::count);
      }
      return Optional.of(JsonBytes.of(object));
    }

    private void count(String step) {
      Counter.builder("sluice.enrich.failed")
          .description("steps that could not be done to an event, which was taken nevertheless")
          .tag("stream", stream)
          .tag("step", step)
          .register(meters)
          .increment();
    }

    private static JsonNode read(byte[] event) {
      try {
        return JSON.readTree(event);
      } catch (JsonProcessingException | NumberFormatException e) {
        // The second of a number whose exponent has a dozen digits.
        return JSON.missingNode();
      } catch (IOException e) {
        throw new UncheckedIOException("reading bytes from memory", e);
      }
    }
  }
}
