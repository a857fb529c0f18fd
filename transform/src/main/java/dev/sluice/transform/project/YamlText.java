package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads YAML with the SnakeYAML that Spark's distribution ships, down to its nodes only: nothing is
 * made into a date, a number or an object, and what refers to another place is refused.
 */
final class YamlText {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int DEEPEST = 16;

  private final String file;
  private final int firstLine;

  private YamlText(String file, int firstLine) {
    this.file = file;
    this.firstLine = firstLine;
  }

  /**
   * The mapping that {@code yaml} is; an empty one has no keys.
   *
   * @param firstLine the line of the file on which it begins
   */
  static Value.Keyed read(String file, int firstLine, String yaml) {
    try {
      return new YamlText(file, firstLine).mapping(yaml);
    } catch (NoClassDefFoundError missing) {
      throw new JobFailure(
          "this Spark has no SnakeYAML, which reads front matters; add --packages"
              + " org.yaml:snakeyaml:2.5",
          missing);
    }
  }

  private Value.Keyed mapping(String yaml) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MOST_CHARACTERS);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setMaxAliasesForCollections(0);
    try {
      Node root = new Yaml(limits).compose(new StringReader(yaml));
      if (root == null) {
        return new Value.Keyed(Map.of(), new Place(file, firstLine));
      }
      if (value(root) instanceof Value.Keyed keyed) {
        return keyed;
      }
      throw place(root).refuse("is no YAML mapping; write 'key: value' on each line");
    } catch (MarkedYAMLException broken) {
      int line = broken.getProblemMark() == null ? 0 : broken.getProblemMark().getLine();
      throw new Place(file, firstLine + line)
          .refuse("is no YAML: " + String.valueOf(broken.getProblem()), broken);
    } catch (YAMLException broken) {
      throw new Place(file, firstLine).refuse("is no YAML: " + broken.getMessage(), broken);
    }
  }

  private Place place(Node node) {
    return new Place(file, firstLine + node.getStartMark().getLine());
  }

  private Value value(Node node) {
    Place place = place(node);
    // Without anchors there are no aliases, and so no value that holds itself.
    if (node.getAnchor() != null) {
      throw place.refuse("anchors (&) are not read here; write the value out");
    }
    if (node instanceof ScalarNode scalar) {
      return new Value.Text(scalar.getValue(), place);
    }
    if (node instanceof SequenceNode sequence) {
      List<Value> values = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        values.add(value(item));
      }
      return new Value.Items(values, place);
    }
    if (node instanceof MappingNode mapping) {
      Map<String, Value> values = new LinkedHashMap<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!(value(entry.getKeyNode()) instanceof Value.Text key)) {
          throw place(entry.getKeyNode()).refuse("a key must be a word");
        }
        if (values.put(key.text(), value(entry.getValueNode())) != null) {
          throw key.place().refuse("'" + key.text() + "' stands there twice");
        }
      }
      return new Value.Keyed(values, place);
    }
    throw place.refuse("is no YAML that is read here");
  }
}
