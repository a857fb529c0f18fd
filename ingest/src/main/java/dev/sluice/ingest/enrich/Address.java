package dev.sluice.ingest.enrich;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The truncation of addresses: who can be found by one is no longer found. */
final class Address {
  private static final Pattern FOUR =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int LONGEST = 45;

  private Address() {}

  /** IPv4 without its last 8 bits, IPv6 without its last 80. No name is ever looked up. */
  static String truncated(String text) throws StepFailedException {
    if (text.length() > LONGEST) {
      throw new StepFailedException("no address");
    }
    if (text.indexOf(':') < 0) {
      return four(text);
    }
    int last = text.lastIndexOf(':');
    if (text.indexOf('.') > last) {
      if (text.regionMatches(true, 0, "::ffff:", 0, 7) && last == 6) {
        return four(text.substring(7));
      }
      // Its last 32 bits are written as IPv4, and go anyway.
      four(text.substring(last + 1));
      return six(text.substring(0, last + 1) + "0:0");
    }
    return six(text);
  }

  private static String four(String text) throws StepFailedException {
    var matcher = FOUR.matcher(text);
    if (!matcher.matches()) {
      throw new StepFailedException("no address");
    }
    StringBuilder out = new StringBuilder();
    for (int i = 1; i <= 4; i++) {
      int part = Integer.parseInt(matcher.group(i));
      if (part > 255) {
        throw new StepFailedException("no address");
      }
      out.append(i == 4 ? "0" : part + ".");
    }
    return out.toString();
  }

  private static String six(String text) throws StepFailedException {
    int gap = text.indexOf("::");
    List<String> head = groups(gap < 0 ? text : text.substring(0, gap));
    List<String> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
    int given = head.size() + tail.size();
    if (gap < 0 ? given != 8 : given > 7) {
      throw new StepFailedException("no address");
    }
    List<String> all = new ArrayList<>(head);
    while (all.size() < 8 - tail.size()) {
      all.add("0");
    }
    all.addAll(tail);
    StringBuilder out = new StringBuilder();
    for (String group : all.subList(0, 3)) {
      out.append(Integer.toHexString(Integer.parseInt(group, 16))).append(':');
    }
    return out.append(':').toString();
  }

  private static List<String> groups(String text) throws StepFailedException {
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> groups = List.of(text.split(":", -1));
    for (String group : groups) {
      if (!GROUP.matcher(group).matches()) {
        throw new StepFailedException("no address");
      }
    }
    return groups;
  }
}
