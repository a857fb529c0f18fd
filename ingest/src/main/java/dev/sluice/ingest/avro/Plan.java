package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * How events written with one schema become columns of one stream: a step for each of the writer's
 * fields, in its order. A declared field is read into its column; another one becomes text; what
 * cannot become what the stream declares refuses the events that hold it, and no others, for of a
 * union one branch may fit.
 */
final class Plan {

  private final List<Field> fields;
  private final Step[] steps;
  private final boolean addsTexts;

  private Plan(Stream stream, List<Step> steps, boolean addsTexts) {
    this.fields = stream.fields();
    this.steps = steps.toArray(Step[]::new);
    this.addsTexts = addsTexts;
  }

  static Plan of(Schema writer, Stream stream, DecodeLimits limits) {
    if (writer.getType() != Schema.Type.RECORD) {
      return refusing(
          stream,
          RefusalReason.NOT_AN_OBJECT,
          "expected a record, the writer's schema is " + described(writer));
    }
    if (writer.getFields().size() > limits.fields()) {
      return refusing(
          stream,
          RefusalReason.TOO_LARGE,
          "the writer's schema has more than " + limits.fields() + " fields");
    }
    List<Step> steps = new ArrayList<>();
    boolean addsTexts = false;
    for (Schema.Field each : writer.getFields()) {
      Optional<Field> field = stream.field(each.name());
      if (field.isPresent()) {
        int column = stream.fields().indexOf(field.get());
        steps.add(ColumnStep.of(each.schema(), field.get(), column));
        addsTexts |= ColumnStep.addsTexts(each.schema());
      } else if (ExtraStep.is(each)) {
        steps.add(new ExtraStep(stream, limits));
      } else {
        steps.add(extra(each.name(), each.schema()));
        addsTexts = true;
      }
    }
    return new Plan(stream, steps, addsTexts);
  }

  private static Plan refusing(Stream stream, RefusalReason reason, String detail) {
    Step step =
        reading -> {
          throw new RefusedEventException(reason, detail);
        };
    return new Plan(stream, List.of(step), false);
  }

  /** A schema, fit for a line. */
  static String described(Schema schema) {
    String type = schema.getType().getName();
    String logical =
        schema.getLogicalType() == null ? "" : " (" + schema.getLogicalType().getName() + ")";
    return ("aeiou".indexOf(type.charAt(0)) < 0 ? "a " : "an ") + type + logical;
  }

  /** A field without a value is one that is not there. */
  private static Step extra(String name, Schema schema) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (schema.getType() != Schema.Type.UNION) {
      return reading -> extra(reading, utf8, schema);
    }
    Schema[] branches = schema.getTypes().toArray(Schema[]::new);
    return reading -> extra(reading, utf8, branches[reading.in().readIndex(branches.length)]);
  }

  private static void extra(Reading reading, byte[] name, Schema schema)
      throws RefusedEventException {
    if (schema.getType() == Schema.Type.NULL) {
      return;
    }
    Texts texts = reading.texts();
    int nameAt = texts.add(name);
    int valueAt = texts.end();
    reading.text().write(schema, 1);
    reading.columns().extra(nameAt, name.length, valueAt, texts.end() - valueAt);
  }

  /** Reads the event that begins where the input stands, to its end. */
  void read(Reading reading) throws RefusedEventException {
    byte[] event = reading.in().bytes();
    reading.columns().begin(event);
    if (addsTexts) {
      reading.texts().begin(event);
    }
    for (Step step : steps) {
      step.read(reading);
    }
    reading.in().end();
    if (addsTexts) {
      reading.columns().extend(reading.texts().bytes());
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).required() && !reading.columns().has(i)) {
        throw new RefusedEventException(
            RefusalReason.MISSING_FIELD,
            "the required field " + fields.get(i).name() + " is missing");
      }
    }
  }
}
