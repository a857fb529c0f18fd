package dev.sluice.ingest.produce;

/** One event being written; texts are those of the simulations, which need no escaping. */
final class Line {
  private final StringBuilder text = new StringBuilder(320).append('{');

  Line with(String name, String value) {
    name(name).append('"').append(value).append('"');
    return this;
  }

  Line with(String name, long value) {
    name(name).append(value);
    return this;
  }

  /** A number with two decimals. */
  Line withHundredths(String name, long hundredths) {
    long whole = Math.abs(hundredths) / 100;
    long rest = Math.abs(hundredths) % 100;
    name(name)
        .append(hundredths < 0 ? "-" : "")
        .append(whole)
        .append(rest < 10 ? ".0" : ".")
        .append(rest);
    return this;
  }

  String done() {
    return text.append('}').toString();
  }

  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    return text.append('"').append(name).append("\":");
  }
}
