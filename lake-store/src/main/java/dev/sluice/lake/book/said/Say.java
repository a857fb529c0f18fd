package dev.sluice.lake.book.said;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is to become of one field. */
public sealed interface Say {
  /** What the field says afterwards; nothing when it says nothing more. */
  Optional<String> after(Optional<String> before);

  /** It says this. */
  record That(String value) implements Say {
    @Override
    public Optional<String> after(Optional<String> before) {
      return Optional.of(value);
    }
  }

  /** It says nothing more. */
  record Nothing() implements Say {
    @Override
    public Optional<String> after(Optional<String> before) {
      return Optional.empty();
    }
  }

  /** Some tags more and some less, whatever others were given meanwhile. */
  record Tagged(Set<String> added, Set<String> removed) implements Say {
    public Tagged {
      added = Set.copyOf(added);
      removed = Set.copyOf(removed);
    }

    @Override
    public Optional<String> after(Optional<String> before) {
      Set<String> tags = new TreeSet<>(Tags.split(before.orElse("")));
      tags.removeAll(removed);
      tags.addAll(added);
      Tags.bounded(tags);
      return tags.isEmpty() ? Optional.empty() : Optional.of(Tags.join(tags));
    }
  }
}
