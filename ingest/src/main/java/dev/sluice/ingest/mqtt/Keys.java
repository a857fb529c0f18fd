package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.stream.Stream;
import java.util.Objects;
import java.util.Optional;

/** Who may come in, and what they may send then. */
@FunctionalInterface
public interface Keys {
  /** What a client shows. */
  record Shown(Optional<String> user, Optional<String> password, String address) {
    public Shown {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(password, "password");
      Objects.requireNonNull(address, "address");
    }

    /** The key in it: the password, or a user name that came without one. */
    public Optional<String> key() {
      return password.filter(text -> !text.isEmpty()).or(() -> user);
    }

    @Override
    public String toString() {
      return "Shown[address=" + address + "]";
    }
  }

  /** What a key opens. */
  interface Grant {
    /** Whose it is: clients of one grant share their client ids, others do not see them. */
    String owner();

    boolean mayWrite(Stream stream);
  }

  /** What is opened by it; empty when nothing is. */
  Optional<Grant> open(Shown shown);
}
