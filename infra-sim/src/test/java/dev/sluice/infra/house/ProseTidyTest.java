package dev.sluice.infra.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the documents say exists: links, paths, classes and commands. */
class ProseTidyTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```");
  private static final Pattern OUR_PATH =
      Pattern.compile("(?:ingest|transform|lake-store|monitoring|infra-sim|\\.ci|src)/[\\w./-]+");
  private static final Pattern OUR_CLASS =
      Pattern.compile("dev\\.sluice(?:\\.[a-z]+)+(?:\\.[A-Z]\\w+)?");
  private static final Pattern TYPE_NAME = Pattern.compile("[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private static final List<Path> DOCUMENTS = House.files(".md");
  private static final Set<String> TYPES =
      House.files(".java").stream()
          .map(path -> path.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toSet());

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> breaches = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      for (String link : all(LINK, House.read(document))) {
        if (!link.startsWith("http://") && !link.startsWith("https://") && !leads(document, link)) {
          breaches.add(House.name(document) + ": links to " + link);
        }
      }
    }
    new Rule("links").holds(breaches);
  }

  @Test
  void everyPathAndClassThatIsNamedExists() {
    List<String> breaches = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      for (String code : all(CODE, prose(document))) {
        if (OUR_PATH.matcher(code).matches() && !pathExists(document, code)) {
          breaches.add(House.name(document) + ": names the path " + code);
        } else if (OUR_CLASS.matcher(code).matches() && !classExists(code)) {
          breaches.add(House.name(document) + ": names the class or package " + code);
        }
      }
    }
    new Rule("names in prose").holds(breaches);
  }

  @Test
  void everyTypeOfOursThatIsNamedExists() {
    List<String> breaches = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      for (String code : all(CODE, prose(document))) {
        if (TYPE_NAME.matcher(code).matches() && !TYPES.contains(code)) {
          breaches.add(House.name(document) + " " + code + ": is no type of ours");
        }
      }
    }
    new Rule("types in prose").holds(breaches);
  }

  @Test
  void everyModuleHasItsDocument() {
    List<String> breaches = new ArrayList<>();
    for (String module : List.of("ingest", "transform", "lake-store", "monitoring", "infra-sim")) {
      if (!Files.exists(House.ROOT.resolve(module).resolve("README.md"))) {
        breaches.add(module + ": has no README.md");
      }
    }
    new Rule("module documents").holds(breaches);
  }

  /** The text outside fenced blocks. */
  private static String prose(Path document) {
    return FENCE.matcher(House.read(document)).replaceAll("");
  }

  private static boolean leads(Path document, String link) {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? document : document.getParent().resolve(parts[0]).normalize();
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  private static List<String> anchors(Path document) {
    return all(HEADING, House.read(document)).stream()
        .map(
            heading ->
                heading
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^\\w\\- ]", "")
                    .replace(' ', '-'))
        .toList();
  }

  /** A path is named from the top or from the document's own module. */
  private static boolean pathExists(Path document, String path) {
    return Files.exists(House.ROOT.resolve(path)) || Files.exists(document.resolveSibling(path));
  }

  private static boolean classExists(String name) {
    String path = name.replace('.', '/');
    return House.MODULES.stream()
        .map(module -> House.ROOT.resolve(module).resolve("src/main/java"))
        .anyMatch(
            root -> Files.exists(root.resolve(path)) || Files.exists(root.resolve(path + ".java")));
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
