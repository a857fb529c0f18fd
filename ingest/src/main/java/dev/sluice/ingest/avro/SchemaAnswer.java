package dev.sluice.ingest.avro;

import java.util.Objects;
import org.apache.avro.Schema;

/** What a source of schemas says of a name. */
public sealed interface SchemaAnswer {

  record Found(Schema schema) implements SchemaAnswer {
    public Found {
      Objects.requireNonNull(schema, "schema");
    }
  }

  /** There is none of that name; an event that names it cannot be read. */
  record Unknown(String why) implements SchemaAnswer {
    public Unknown {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Whether there is one could not be found out: ask again later. */
  record Unavailable(String why) implements SchemaAnswer {
    public Unavailable {
      Objects.requireNonNull(why, "why");
    }
  }
}
