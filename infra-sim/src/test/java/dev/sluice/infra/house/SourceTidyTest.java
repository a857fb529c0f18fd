package dev.sluice.infra.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every source file keeps to. */
class SourceTidyTest {
  private static final int FILE_LINES = 400;
  private static final int METHOD_LINES = 60;

  /** Spelled in halves, for this file is read too. */
  private static final Pattern SLEEP =
      Pattern.compile("Thread\\s*\\.\\s*" + "sleep|TimeUnit\\.\\w+\\.sleep");

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled|@Ig" + "nore\\b");

  private static final Pattern MACHINE_PATH =
      Pattern.compile("/ro" + "ot/|/ho" + "me/\\w|/Us" + "ers/");

  private static final Pattern NUMBERED = Pattern.compile("\\w*[a-z]{3,}[2-9]\\.java");

  private static final List<JavaFile> FILES = JavaFile.parse(House.files(".java"));

  @Test
  void filesAndMethodsAreShort() {
    List<String> breaches = new ArrayList<>();
    for (JavaFile file : FILES) {
      String name = House.name(file.path());
      if (file.lines() > FILE_LINES) {
        breaches.add(name + ": has " + file.lines() + " lines, more than " + FILE_LINES);
      }
      for (JavaFile.Method method : file.methods()) {
        if (method.lines() > METHOD_LINES) {
          breaches.add(
              name
                  + "#"
                  + method.name()
                  + ": has "
                  + method.lines()
                  + " lines, more than "
                  + METHOD_LINES);
        }
      }
    }
    new Rule("length").holds(breaches);
  }

  @Test
  void noTestSleeps() {
    new Rule("no sleeping tests").holds(found(SLEEP, House::isTest));
  }

  @Test
  void nothingIsLeftUnfinishedOrBoundToOneMachine() {
    new Rule("finished").holds(found(UNFINISHED, path -> true));
    new Rule("no machine paths").holds(found(MACHINE_PATH, path -> true));
  }

  @Test
  void aLimitIsMetByFindingANoun() {
    List<String> breaches = new ArrayList<>();
    for (JavaFile file : FILES) {
      if (NUMBERED.matcher(file.path().getFileName().toString()).matches()) {
        breaches.add(House.name(file.path()) + ": is numbered");
      }
    }
    new Rule("no numbered classes").holds(breaches);
  }

  @Test
  void aChoiceIsNeverABoolean() {
    List<String> breaches = new ArrayList<>();
    forEachProductionMethod(
        (file, method) -> {
          if (method.takesBoolean() && method.exposed() && !method.overriding()) {
            breaches.add(subject(file, method) + ": takes a boolean");
          }
        });
    new Rule("no boolean parameters").holds(breaches);
  }

  @Test
  void accessorsSayWhatTheyGive() {
    List<String> breaches = new ArrayList<>();
    forEachProductionMethod(
        (file, method) -> {
          if (method.name().matches("get[A-Z].*")
              && method.parameters() == 0
              && !method.overriding()) {
            breaches.add(subject(file, method) + ": begins with get");
          }
        });
    new Rule("no getters").holds(breaches);
  }

  @Test
  void everyTestIsNamedAsASentence() {
    List<String> breaches = new ArrayList<>();
    for (JavaFile file : FILES) {
      for (JavaFile.Method method : file.methods()) {
        long words = method.name().chars().filter(Character::isUpperCase).count() + 1;
        if (method.annotatedAsTest() && (words < 3 || method.name().startsWith("test"))) {
          breaches.add(subject(file, method) + ": is not a sentence");
        }
      }
    }
    new Rule("tests are sentences").holds(breaches);
  }

  @Test
  void everyPackageSaysWhatItIs() {
    Set<Path> folders = new TreeSet<>();
    for (JavaFile file : FILES) {
      if (!House.isTest(file.path())) {
        folders.add(file.path().getParent());
      }
    }
    List<String> breaches = new ArrayList<>();
    for (Path folder : folders) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)) {
        breaches.add(House.name(folder) + ": has no package-info.java");
      } else if (!House.read(info)
          .replaceAll("\\s*\\n \\*\\s*", " ")
          .matches("(?s).*\\b(refuses to|knows no|loads no)\\b.*")) {
        breaches.add(House.name(folder) + ": does not say what it refuses");
      }
    }
    new Rule("package-info").holds(breaches);
  }

  private static List<String> found(Pattern pattern, java.util.function.Predicate<Path> where) {
    List<String> breaches = new ArrayList<>();
    for (JavaFile file : FILES) {
      var matcher = pattern.matcher(file.text());
      if (where.test(file.path()) && matcher.find()) {
        breaches.add(House.name(file.path()) + ": holds '" + matcher.group() + "'");
      }
    }
    return breaches;
  }

  private static void forEachProductionMethod(BiConsumer<JavaFile, JavaFile.Method> visit) {
    for (JavaFile file : FILES) {
      if (!House.isTest(file.path())) {
        file.methods().forEach(method -> visit.accept(file, method));
      }
    }
  }

  private static String subject(JavaFile file, JavaFile.Method method) {
    return House.name(file.path()) + "#" + method.name();
  }
}
