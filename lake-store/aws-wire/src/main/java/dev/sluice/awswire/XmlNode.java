package dev.sluice.awswire;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A small XML document as a tree; namespaces are dropped, entities and document types refused. */
public record XmlNode(String name, String text, List<XmlNode> children) {
  private static final int MAX_DEPTH = 16;

  /** Twice what the largest document of all, the completion of 10,000 parts, is made of. */
  private static final int MAX_NODES = 100_000;

  public XmlNode {
    children = List.copyOf(children);
  }

  public static XmlNode parse(String document) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
      int event = reader.next();
      while (event != XMLStreamConstants.START_ELEMENT) {
        if (event == XMLStreamConstants.DTD) {
          throw malformed();
        }
        event = reader.next();
      }
      XmlNode root = element(reader, 0, new int[1]);
      while (reader.hasNext()) {
        reader.next();
      }
      return root;
    } catch (XMLStreamException e) {
      throw malformed();
    }
  }

  private static XmlNode element(XMLStreamReader reader, int depth, int[] nodes)
      throws XMLStreamException {
    if (depth > MAX_DEPTH || ++nodes[0] > MAX_NODES) {
      throw malformed();
    }
    String name = reader.getLocalName();
    StringBuilder text = new StringBuilder();
    List<XmlNode> children = new ArrayList<>();
    while (true) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        children.add(element(reader, depth + 1, nodes));
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        text.append(reader.getText());
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        return new XmlNode(name, text.toString(), children);
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw malformed();
      }
    }
  }

  private static AwsFault malformed() {
    return new AwsFault(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published"
            + " schema");
  }

  public List<XmlNode> children(String name) {
    return children.stream().filter(each -> each.name().equals(name)).toList();
  }

  /** The text of the first child of that name. */
  public Optional<String> text(String name) {
    return children.stream()
        .filter(each -> each.name().equals(name))
        .map(XmlNode::text)
        .findFirst();
  }
}
