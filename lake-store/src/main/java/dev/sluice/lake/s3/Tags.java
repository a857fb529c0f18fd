package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Percent;
import dev.sluice.awswire.QueryString;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tags as requests write them: an XML document, or a header like a query string. */
final class Tags {
  /** Whose tags, and how many there may be. */
  enum Of {
    OBJECT(10, "Object tags cannot be greater than 10"),
    BUCKET(50, "Bucket tag count cannot be greater than 50");

    private final int max;
    private final String tooMany;

    Of(int max, String tooMany) {
      this.max = max;
      this.tooMany = tooMany;
    }
  }

  private static final int MAX_KEY = 128;
  private static final int MAX_VALUE = 256;
  private static final Pattern ALLOWED = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  private Tags() {}

  /** What the document's TagSet holds. */
  static Map<String, String> of(XmlNode node, Of whose) {
    List<XmlNode> sets = node.children("TagSet");
    if (!node.name().equals("Tagging") || sets.size() != 1) {
      throw Faults.malformedXml();
    }
    return ofSet(sets.get(0), whose);
  }

  static Map<String, String> ofSet(XmlNode set, Of whose) {
    Map<String, String> tags = new TreeMap<>();
    for (XmlNode each : set.children()) {
      if (!each.name().equals("Tag")) {
        throw Faults.malformedXml();
      }
      String key = each.text("Key").orElseThrow(Faults::malformedXml);
      if (tags.put(key, each.text("Value").orElseThrow(Faults::malformedXml)) != null) {
        throw invalid("Cannot provide multiple Tags with the same key");
      }
    }
    return checked(tags, whose);
  }

  /** The tags of a new object, from the header {@code x-amz-tagging}. */
  static Map<String, String> of(S3Request request) {
    Map<String, String> tags = new TreeMap<>();
    for (QueryString.Parameter each : decoded(request).parameters()) {
      if (tags.put(each.name(), each.value()) != null) {
        throw badHeader();
      }
    }
    return checked(tags, Of.OBJECT);
  }

  /** What the header would say of a document's tags. */
  static String header(XmlNode node) {
    return encoded(of(node, Of.OBJECT));
  }

  /** One line for all, in order. */
  static String encoded(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(each -> Percent.encode(each.getKey()) + "=" + Percent.encode(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static QueryString decoded(S3Request request) {
    try {
      return QueryString.parse(request.header("x-amz-tagging").orElse(""));
    } catch (AwsFault e) {
      throw badHeader();
    }
  }

  private static AwsFault badHeader() {
    return Faults.invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters"
            + " without tag name duplicates.");
  }

  private static Map<String, String> checked(Map<String, String> tags, Of whose) {
    if (tags.size() > whose.max) {
      throw new AwsFault(400, "BadRequest", whose.tooMany);
    }
    tags.forEach(
        (key, value) -> {
          if (key.isEmpty()
              || key.codePointCount(0, key.length()) > MAX_KEY
              || !ALLOWED.matcher(key).matches()
              || key.startsWith("aws:")) {
            throw invalid("The TagKey you have provided is invalid");
          }
          if (value.codePointCount(0, value.length()) > MAX_VALUE
              || !ALLOWED.matcher(value).matches()) {
            throw invalid("The TagValue you have provided is invalid");
          }
        });
    return tags;
  }

  private static AwsFault invalid(String message) {
    return new AwsFault(400, "InvalidTag", message);
  }

  static String document(Map<String, String> tags) {
    XmlWriter xml = new XmlWriter().open("Tagging", Answers.NAMESPACE).open("TagSet");
    tags.forEach((key, value) -> xml.open("Tag").text("Key", key).text("Value", value).close());
    return xml.close().close().document();
  }
}
