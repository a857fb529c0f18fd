package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import java.util.Map;

/** A source's password: it is in no text that leaves this package but a connection's. */
record Password(String value) {
  /** The one that the environment holds. */
  static Password of(Source source, Map<String, String> environment) {
    String value = environment.getOrDefault(source.passwordVariable(), "");
    if (value.isEmpty()) {
      throw new JobFailure(
          "the password of source %s is in no environment variable %s; set it for Spark's driver"
              .formatted(source.name(), source.passwordVariable()));
    }
    return new Password(value);
  }

  /** A text of others, without it. */
  String hiddenIn(String text) {
    return text.replace(value, "****");
  }

  /** Whether a failure, or one of those that led to it, tells it. */
  boolean toldBy(Throwable failure) {
    for (Throwable told = failure; told != null; told = told.getCause()) {
      if (String.valueOf(told.getMessage()).contains(value)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "****";
  }
}
