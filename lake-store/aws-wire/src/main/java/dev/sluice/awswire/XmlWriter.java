package dev.sluice.awswire;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes XML the way AWS does: elements, texts, one namespace; characters XML cannot hold as
 * references.
 */
public final class XmlWriter {
  private final StringBuilder out =
      new StringBuilder(256).append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final Deque<String> path = new ArrayDeque<>();

  public XmlWriter open(String element) {
    out.append('<').append(element).append('>');
    path.push(element);
    return this;
  }

  public XmlWriter open(String element, String namespace) {
    out.append('<').append(element).append(" xmlns=\"").append(namespace).append("\">");
    path.push(element);
    return this;
  }

  public XmlWriter text(String element, String value) {
    out.append('<').append(element).append('>');
    escape(value);
    out.append("</").append(element).append('>');
    return this;
  }

  /** The text of the open element itself. */
  public XmlWriter value(String value) {
    escape(value);
    return this;
  }

  public XmlWriter number(String element, long value) {
    return text(element, Long.toString(value));
  }

  public XmlWriter close() {
    out.append("</").append(path.pop()).append('>');
    return this;
  }

  public String document() {
    if (!path.isEmpty()) {
      throw new IllegalStateException("not closed: " + path.peek());
    }
    return out.toString();
  }

  private void escape(String value) {
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c == '&') {
        out.append("&amp;");
      } else if (c == '<') {
        out.append("&lt;");
      } else if (c == '>') {
        out.append("&gt;");
      } else if (c == '"') {
        out.append("&quot;");
      } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff) {
        out.append("&#x").append(Integer.toHexString(c)).append(';');
      } else {
        out.append(c);
      }
    }
  }
}
