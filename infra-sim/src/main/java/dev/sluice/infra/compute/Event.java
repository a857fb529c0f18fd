package dev.sluice.infra.compute;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happened: a line of the journal. The state is what its events make of it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.Opened.class, name = "opened"),
  @JsonSubTypes.Type(value = Event.Carried.class, name = "carried"),
  @JsonSubTypes.Type(value = Event.Launched.class, name = "launched"),
  @JsonSubTypes.Type(value = Event.Moved.class, name = "moved"),
  @JsonSubTypes.Type(value = Event.Retagged.class, name = "retagged"),
  @JsonSubTypes.Type(value = Event.Forgotten.class, name = "forgotten")
})
sealed interface Event {
  /** The first line: how to read the others, and the seed that every draw goes on from. */
  record Opened(int format, long seed) implements Event {}

  /** What was known when the journal was rewritten. */
  record Carried(long launched, long sequence, BigDecimal pastCost, List<Instance> instances)
      implements Event {
    public Carried {
      instances = List.copyOf(instances);
    }
  }

  record Launched(Instant at, List<Instance> instances) implements Event {
    public Launched {
      instances = List.copyOf(instances);
    }
  }

  record Moved(Instant at, List<Move> moves) implements Event {
    public Moved {
      moves = List.copyOf(moves);
    }
  }

  /** The tags of one or more instances, whole. */
  record Retagged(Instant at, Map<String, Map<String, String>> tags) implements Event {
    public Retagged {
      TreeMap<String, Map<String, String>> copy = new TreeMap<>();
      tags.forEach((id, of) -> copy.put(id, Collections.unmodifiableMap(new TreeMap<>(of))));
      tags = Collections.unmodifiableMap(copy);
    }
  }

  /** A terminated instance is no longer listed; what it cost still counts. */
  record Forgotten(Instant at, String id) implements Event {}
}
