package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
 * A mapping of a file, with its place in it: texts as they are written, whatever YAML makes of
 * them. What is wrong with it is said with file and line, and never with the value of a password.
 */
final class Entry {
  private static final int MOST_CHARACTERS = 1 << 20;

  private final String file;
  private final int line;
  private final Map<String, Node> values;

  private Entry(String file, int line, Map<String, Node> values) {
    this.file = file;
    this.line = line;
    this.values = values;
  }

  /** The mapping that a file is. */
  static Entry read(String file, String yaml) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MOST_CHARACTERS);
    limits.setMaxAliasesForCollections(0);
    try {
      Node root = new Yaml(limits).compose(new StringReader(yaml));
      if (root instanceof MappingNode mapping) {
        return of(file, mapping);
      }
      throw new JobFailure(file + " is no YAML mapping; write 'key: value' on each line");
    } catch (MarkedYAMLException broken) {
      // Its whole message quotes the file.
      throw new JobFailure(
          "%s line %d is no YAML: %s"
              .formatted(
                  file,
                  broken.getProblemMark() == null ? 1 : broken.getProblemMark().getLine() + 1,
                  broken.getProblem()));
    } catch (YAMLException broken) {
      throw new JobFailure(file + " is no YAML that is read here");
    }
  }

  private static Entry of(String file, MappingNode mapping) {
    int line = mapping.getStartMark().getLine() + 1;
    Map<String, Node> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new JobFailure(file + " line " + line + ": a key must be a word");
      }
      if (values.put(key.getValue(), tuple.getValueNode()) != null) {
        throw new JobFailure(
            "%s line %d: '%s' stands there twice"
                .formatted(file, key.getStartMark().getLine() + 1, key.getValue()));
      }
    }
    return new Entry(file, line, values);
  }

  /** Refuses keys that nothing reads. */
  Entry only(Collection<String> known) {
    for (Map.Entry<String, Node> value : values.entrySet()) {
      if (!known.contains(value.getKey())) {
        throw refusal(
            value.getValue(),
            "there is no key '" + value.getKey() + "'" + Names.hint(value.getKey(), known));
      }
    }
    return this;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).map(node -> word(key, node));
  }

  String needed(String key) {
    return text(key)
        .orElseThrow(() -> new JobFailure(file + " line " + line + ": '" + key + "' is missing"));
  }

  /** A list; a single word is a list of one. */
  List<String> texts(String key) {
    Node node = values.get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      return List.of(word(key, node));
    }
    return sequence.getValue().stream().map(item -> word(key, item)).toList();
  }

  Optional<Entry> entry(String key) {
    return Optional.ofNullable(values.get(key)).map(node -> mapping(key, node));
  }

  List<Entry> entries(String key) {
    if (!(values.get(key) instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      throw refusal(key, "'" + key + "' must be a list");
    }
    List<Entry> entries = new ArrayList<>();
    sequence.getValue().forEach(item -> entries.add(mapping(key, item)));
    return entries;
  }

  Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    values.forEach((key, node) -> words.put(key, word(key, node)));
    return words;
  }

  int number(String key, int least, int otherwise) {
    return this.<Integer>made(
            key,
            text -> {
              int number = Integer.parseInt(text);
              if (number < least) {
                throw new IllegalArgumentException("'" + key + "' is at least " + least);
              }
              return number;
            })
        .orElse(otherwise);
  }

  /** What a text is made into; a text that it cannot be made of is refused in its place. */
  <T> Optional<T> made(String key, Function<String, T> maker) {
    Optional<String> text = text(key);
    try {
      return text.map(maker);
    } catch (NumberFormatException noNumber) {
      throw refusal(key, "'" + key + "' must be a whole number: " + text.orElse(""));
    } catch (IllegalArgumentException wrong) {
      throw refusal(key, wrong.getMessage());
    }
  }

  JobFailure refusal(String key, String why) {
    Node node = values.get(key);
    return node == null ? new JobFailure(file + " line " + line + ": " + why) : refusal(node, why);
  }

  private JobFailure refusal(Node node, String why) {
    return new JobFailure(file + " line " + (node.getStartMark().getLine() + 1) + ": " + why);
  }

  private String word(String key, Node node) {
    if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw refusal(node, "'" + key + "' must be a word or a text");
  }

  private Entry mapping(String key, Node node) {
    if (node instanceof MappingNode mapping) {
      return of(file, mapping);
    }
    throw refusal(node, "'" + key + "' must be made of 'key: value'");
  }
}
