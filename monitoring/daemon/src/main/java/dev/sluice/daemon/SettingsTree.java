package dev.sluice.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reading of a settings tree into records; remembers which variables it used. */
final class SettingsTree {
  private final Map<String, String> variables;
  private final Map<String, String> decided;
  private final List<String> knownVariables = new ArrayList<>();
  private final Set<String> used = new HashSet<>();

  SettingsTree(Map<String, String> variables, Map<String, String> decided) {
    this.variables = variables;
    this.decided = decided;
  }

  <T extends Record> T record(Class<T> type, JsonNode node, String path) {
    if (!node.isObject() && !absent(node)) {
      throw new SettingsException("setting '" + path + "' is a group of keys, not one value");
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> keys = Arrays.stream(components).map(c -> kebab(c.getName())).toList();
    node.fieldNames().forEachRemaining(key -> refuseUnknown(key, keys, path));
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = keys.get(i);
      types[i] = components[i].getType();
      values[i] = component(components[i], node.path(key), path.isEmpty() ? key : path + "." + key);
    }
    return construct(type, types, values, path);
  }

  /** A variable that looks like ours but sets nothing is a misspelling. */
  void refuseUnused() {
    for (String path : decided.keySet()) {
      if (!used.contains(path)) {
        throw new IllegalArgumentException("there is no setting '" + path + "' to decide");
      }
    }
    for (String name : variables.keySet()) {
      if (!used.contains(name)) {
        throw new SettingsException(
            "environment variable " + name + " sets nothing" + Nearest.hint(name, knownVariables));
      }
    }
  }

  private Object component(RecordComponent component, JsonNode inFile, String path) {
    JsonNode node = inFile;
    if (!component.getType().isRecord() || SettingsValue.scalar(component.getType())) {
      node = chosen(inFile, path);
    }
    if (absent(node)) {
      Default preset = component.getAnnotation(Default.class);
      if (preset != null) {
        node = TextNode.valueOf(preset.value());
      }
    }
    return value(component.getGenericType(), node, path);
  }

  /** A decision, else the variable, else what the file says. */
  private JsonNode chosen(JsonNode inFile, String path) {
    String variable = variable(path);
    knownVariables.add(variable);
    String fromEnvironment = variables.get(variable);
    String decision = decided.get(path);
    if (decision != null) {
      if (fromEnvironment != null || !absent(inFile)) {
        throw new SettingsException(
            "setting '"
                + path
                + "' is decided by this command; take it out of the "
                + (fromEnvironment != null ? "environment (" + variable + ")" : "settings file"));
      }
      used.add(path);
      return TextNode.valueOf(decision);
    }
    if (fromEnvironment != null) {
      used.add(variable);
      return TextNode.valueOf(fromEnvironment);
    }
    return inFile;
  }

  private Object value(Type type, JsonNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      return container(generic, node, path);
    }
    Class<?> plain = (Class<?>) type;
    if (SettingsValue.scalar(plain)) {
      if (absent(node)) {
        throw new SettingsException(
            "setting '" + path + "' is missing: set it in the file or as " + variable(path));
      }
      return SettingsValue.parse(plain, node, path);
    }
    if (plain.isRecord()) {
      return record(plain.asSubclass(Record.class), node, path);
    }
    throw new IllegalArgumentException("no notation for " + plain + " at '" + path + "'");
  }

  private Object container(ParameterizedType type, JsonNode node, String path) {
    Type element = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
    if (type.getRawType() == Optional.class) {
      boolean unset = absent(node) || (node.isTextual() && node.textValue().isEmpty());
      return unset ? Optional.empty() : Optional.of(value(element, node, path));
    }
    if (type.getRawType() == List.class) {
      List<Object> values = new ArrayList<>();
      for (JsonNode item : items(node)) {
        values.add(value(element, item, path + "[" + values.size() + "]"));
      }
      return List.copyOf(values);
    }
    if (type.getRawType() == Map.class) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : entries(node, path)) {
        values.put(entry.getKey(), value(element, entry.getValue(), path + "." + entry.getKey()));
      }
      return Map.copyOf(values);
    }
    throw new IllegalArgumentException("no notation for " + type + " at '" + path + "'");
  }

  /** A list is a YAML list or, in a variable and in a default, words between commas. */
  private static Iterable<JsonNode> items(JsonNode node) {
    if (node.isTextual()) {
      return Arrays.stream(node.textValue().split(","))
          .map(String::strip)
          .filter(word -> !word.isEmpty())
          .map(word -> (JsonNode) TextNode.valueOf(word))
          .toList();
    }
    if (!node.isArray() && !absent(node)) {
      return List.of(node);
    }
    return node;
  }

  /** A map is a YAML map or, in a variable and in a default, {@code key=value} between commas. */
  private static Collection<Map.Entry<String, JsonNode>> entries(JsonNode node, String path) {
    if (node.isObject() || absent(node)) {
      return node.properties();
    }
    List<Map.Entry<String, JsonNode>> entries = new ArrayList<>();
    for (JsonNode item : items(node)) {
      String[] pair = item.asText().split("=", 2);
      if (pair.length < 2) {
        throw new SettingsException(
            "setting '"
                + path
                + "' holds '"
                + item.asText()
                + "', but must be key=value,key=value");
      }
      entries.add(Map.entry(pair[0].strip(), TextNode.valueOf(pair[1].strip())));
    }
    return entries;
  }

  private static <T extends Record> T construct(
      Class<T> type, Class<?>[] types, Object[] values, String path) {
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      String where = path.isEmpty() ? "settings" : "setting '" + path + "'";
      throw new SettingsException(where + ": " + refused.getCause().getMessage());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(type + " has no canonical constructor", impossible);
    }
  }

  private static void refuseUnknown(String key, List<String> keys, String path) {
    if (!keys.contains(key)) {
      String full = path.isEmpty() ? key : path + "." + key;
      throw new SettingsException("unknown setting '" + full + "'" + Nearest.hint(key, keys));
    }
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  static String variable(String path) {
    return Settings.VARIABLE_PREFIX
        + path.replaceAll("[.\\[-]", "_").replace("]", "").toUpperCase(Locale.ROOT);
  }
}
