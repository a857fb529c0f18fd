package dev.sluice.lake.s3.form;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.awswire.AwsFault;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the signer of a form allows (Amazon S3 API Reference, "Creating a POST policy"): until when,
 * and of every field that may come, what it may say.
 */
public final class PostPolicy {
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private final Instant expiration;
  private final List<FieldRule> rules;
  private final Optional<SizeRange> size;

  private PostPolicy(Instant expiration, List<FieldRule> rules, Optional<SizeRange> size) {
    this.expiration = expiration;
    this.rules = List.copyOf(rules);
    this.size = size;
  }

  /** How many bytes the file may have, both ends included. */
  public record SizeRange(long min, long max) {
    SizeRange within(SizeRange other) {
      long least = Math.max(min, other.min);
      long most = Math.min(max, other.max);
      return new SizeRange(least, most);
    }
  }

  /** Reads the document as it stands in the form's field. */
  public static PostPolicy parse(String base64) {
    JsonNode root = json(base64);
    JsonNode expiration = root.path("expiration");
    if (!expiration.isTextual()) {
      throw invalid("Policy missing expiration.");
    }
    JsonNode list = root.path("conditions");
    if (!list.isArray()) {
      throw invalid("Policy missing conditions.");
    }
    List<FieldRule> rules = new ArrayList<>();
    Optional<SizeRange> size = Optional.empty();
    for (JsonNode each : list) {
      if (each.isArray() && each.path(0).asText().equalsIgnoreCase("content-length-range")) {
        size = Optional.of(narrower(size, range(each)));
      } else {
        rules.add(rule(each));
      }
    }
    return new PostPolicy(instant(expiration.textValue()), rules, size);
  }

  private static JsonNode json(String base64) {
    try {
      JsonNode root = JSON.readTree(Base64.getMimeDecoder().decode(base64));
      if (root.isObject()) {
        return root;
      }
      throw invalid("Invalid JSON.");
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw invalid("Invalid JSON.");
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot fail to be read", e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw invalid("Invalid 'expiration' value: '" + text + "'");
    }
  }

  private static SizeRange range(JsonNode node) {
    if (node.size() != 3) {
      throw invalid("Invalid content-length-range: expected two numbers.");
    }
    long min = whole(node.get(1));
    long max = whole(node.get(2));
    if (min < 0 || max < min) {
      throw invalid("Invalid content-length-range: " + min + " to " + max + ".");
    }
    return new SizeRange(min, max);
  }

  private static long whole(JsonNode node) {
    // Signers in languages without types send numbers as texts.
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isTextual() && node.textValue().matches("\\d{1,18}")) {
      return Long.parseLong(node.textValue());
    }
    throw invalid("Invalid content-length-range: not a number.");
  }

  private static SizeRange narrower(Optional<SizeRange> one, SizeRange other) {
    return one.map(each -> each.within(other)).orElse(other);
  }

  private static FieldRule rule(JsonNode node) {
    if (node.isObject() && node.size() == 1) {
      Map.Entry<String, JsonNode> only = node.properties().iterator().next();
      return new FieldRule(
          FieldRule.Match.EQ, only.getKey().toLowerCase(Locale.ROOT), word(only.getValue()));
    }
    if (node.isArray() && node.size() == 3) {
      String operator = word(node.get(0));
      String field = word(node.get(1)).toLowerCase(Locale.ROOT);
      for (FieldRule.Match match : FieldRule.Match.values()) {
        if (match.word.equalsIgnoreCase(operator) && field.startsWith("$")) {
          return new FieldRule(match, field.substring(1), word(node.get(2)));
        }
      }
    }
    throw invalid("Invalid condition: " + node + ".");
  }

  private static String word(JsonNode node) {
    if (node.isTextual() || node.isIntegralNumber()) {
      return node.asText();
    }
    throw invalid("Invalid condition: " + node + " is not a text.");
  }

  /**
   * Refuses fields that the policy does not allow. Names are in lower case; the bucket counts as a
   * field.
   */
  public void check(Map<String, String> fields, Instant now) {
    if (!now.isBefore(expiration)) {
      throw denied("Policy expired.");
    }
    Set<String> named = new HashSet<>();
    for (FieldRule each : rules) {
      String actual = fields.get(each.field());
      if (actual == null || !each.holds(actual)) {
        throw denied("Policy Condition failed: " + each);
      }
      named.add(each.field());
    }
    List<String> extra =
        fields.keySet().stream()
            .filter(name -> !name.startsWith("x-ignore-") && !named.contains(name))
            .sorted()
            .toList();
    if (!extra.isEmpty()) {
      throw denied("Extra input fields: " + String.join(", ", extra));
    }
  }

  public Optional<SizeRange> size() {
    return size;
  }

  private static AwsFault denied(String why) {
    return new AwsFault(403, "AccessDenied", "Invalid according to Policy: " + why);
  }

  private static AwsFault invalid(String why) {
    return new AwsFault(400, "InvalidPolicyDocument", "Invalid Policy: " + why);
  }
}
