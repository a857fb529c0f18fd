package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which pages of other origins may ask a bucket what, by rules of which the first that fits counts.
 */
record CorsRules(List<Rule> rules) {
  private static final int MAX_RULES = 100;
  private static final int MAX_ID = 255;
  private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "HEAD");
  private static final Set<String> ELEMENTS =
      Set.of(
          "ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds");

  /** One rule; origins and headers may hold one {@code *}, which stands for any text. */
  record Rule(
      Optional<String> id,
      List<String> origins,
      List<String> methods,
      List<String> headers,
      List<String> exposed,
      OptionalInt maxAge) {
    Rule {
      origins = List.copyOf(origins);
      methods = List.copyOf(methods);
      headers = List.copyOf(headers);
      exposed = List.copyOf(exposed);
    }

    boolean fits(String origin, String method) {
      return methods.contains(method) && origins.stream().anyMatch(each -> like(each, origin));
    }

    boolean allows(String header) {
      String name = header.toLowerCase(Locale.ROOT);
      return headers.stream().anyMatch(each -> like(each.toLowerCase(Locale.ROOT), name));
    }

    /** Whether it is the same for every origin, so that no origin need be named. */
    boolean anyOrigin() {
      return origins.contains("*");
    }
  }

  CorsRules {
    rules = List.copyOf(rules);
  }

  private static boolean like(String pattern, String text) {
    int star = pattern.indexOf('*');
    return star < 0
        ? pattern.equals(text)
        : text.length() >= pattern.length() - 1
            && text.startsWith(pattern.substring(0, star))
            && text.endsWith(pattern.substring(star + 1));
  }

  Optional<Rule> first(String origin, String method) {
    return rules.stream().filter(each -> each.fits(origin, method)).findFirst();
  }

  /** The rule for a request announced: it must allow the method and all headers. */
  Optional<Rule> first(String origin, String method, List<String> headers) {
    return rules.stream()
        .filter(each -> each.fits(origin, method) && headers.stream().allMatch(each::allows))
        .findFirst();
  }

  static CorsRules of(XmlNode node) {
    if (!node.name().equals("CORSConfiguration") || node.children().isEmpty()) {
      throw Faults.malformedXml();
    }
    List<Rule> rules = new ArrayList<>();
    for (XmlNode each : node.children()) {
      if (!each.name().equals("CORSRule")) {
        throw Faults.malformedXml();
      }
      rules.add(rule(each));
    }
    if (rules.size() > MAX_RULES) {
      throw invalid("The number of CORS rules should not exceed allowed limit of 100 rules.");
    }
    return new CorsRules(rules);
  }

  private static Rule rule(XmlNode node) {
    if (node.children().stream().anyMatch(each -> !ELEMENTS.contains(each.name()))) {
      throw Faults.malformedXml();
    }
    Rule rule =
        new Rule(
            node.text("ID"),
            texts(node, "AllowedOrigin"),
            texts(node, "AllowedMethod"),
            texts(node, "AllowedHeader"),
            texts(node, "ExposeHeader"),
            age(node));
    if (rule.origins().isEmpty() || rule.methods().isEmpty()) {
      throw Faults.malformedXml();
    }
    if (rule.id().filter(id -> id.length() > MAX_ID).isPresent()) {
      throw invalid("The rule ID should not be longer than allowed limit of 255");
    }
    for (String method : rule.methods()) {
      if (!METHODS.contains(method)) {
        throw invalid(
            "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
      }
    }
    rule.origins().forEach(each -> checkStar("AllowedOrigin", each));
    rule.headers().forEach(each -> checkStar("AllowedHeader", each));
    for (String header : rule.exposed()) {
      if (header.contains("*")) {
        throw invalid("ExposeHeader \"" + header + "\" contains wildcard.");
      }
    }
    return rule;
  }

  private static List<String> texts(XmlNode node, String name) {
    List<String> texts = node.children(name).stream().map(each -> each.text().trim()).toList();
    for (String each : texts) {
      if (each.isEmpty() || each.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
        throw Faults.malformedXml();
      }
    }
    return texts;
  }

  private static OptionalInt age(XmlNode node) {
    Optional<String> text = node.text("MaxAgeSeconds").map(String::trim);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.get().matches("\\d{1,9}")) {
      throw Faults.malformedXml();
    }
    return OptionalInt.of(Integer.parseInt(text.get()));
  }

  private static void checkStar(String element, String pattern) {
    if (pattern.indexOf('*') != pattern.lastIndexOf('*')) {
      throw invalid(element + " \"" + pattern + "\" can not have more than one wildcard.");
    }
  }

  private static AwsFault invalid(String message) {
    return new AwsFault(400, "InvalidRequest", message);
  }

  String document() {
    XmlWriter xml = new XmlWriter().open("CORSConfiguration", Answers.NAMESPACE);
    for (Rule each : rules) {
      xml.open("CORSRule");
      each.id().ifPresent(id -> xml.text("ID", id));
      each.headers().forEach(header -> xml.text("AllowedHeader", header));
      each.methods().forEach(method -> xml.text("AllowedMethod", method));
      each.origins().forEach(origin -> xml.text("AllowedOrigin", origin));
      each.exposed().forEach(header -> xml.text("ExposeHeader", header));
      each.maxAge().ifPresent(age -> xml.number("MaxAgeSeconds", age));
      xml.close();
    }
    return xml.close().document();
  }
}
