package dev.sluice.infra.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What may know what. */
class ArchitectureTest {
  private static final String OURS = "dev.sluice.";

  /** What each module's production code may import of ours; the two libraries import no module. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "awswire", Set.of(),
          "daemon", Set.of(),
          "lake", Set.of("awswire", "daemon"),
          "ingest", Set.of("awswire", "daemon"),
          "transform", Set.of("daemon"),
          "monitoring", Set.of("awswire", "daemon"),
          "infra", Set.of("awswire", "daemon", "lake", "ingest", "transform", "monitoring"));

  private static final Pattern BANNED_PACKAGE =
      Pattern.compile("common|commons|utils?|helpers?|base|impl|managers?|support|misc");

  private static final Pattern BANNED_CLASS =
      Pattern.compile(".*(Utils?|Helper|Manager|Impl|Support)|Abstract.*|Base[A-Z].*|.*Part\\d+");

  /** Where the real clock, chance, environment and exit come in. */
  private static final String COMPOSITION_ROOT = "dev.sluice.infra.local";

  private static final Set<String> AMBIENT =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.exit",
          "java.lang.System.getenv",
          "java.lang.Runtime.exit",
          "java.lang.Runtime.halt",
          "java.lang.Math.random",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.InstantSource.system",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.Random.<init>",
          "java.util.SplittableRandom.<init>",
          "java.security.SecureRandom.<init>");

  private static final List<String> HEAVY =
      List.of(
          "org.apache.kafka.",
          "org.apache.iceberg.",
          "org.apache.spark.",
          "org.rocksdb.",
          "org.duckdb.",
          "java.sql.",
          "io.vertx.",
          "io.netty.");

  /** All production code. */
  static final JavaClasses CLASSES = classes();

  @Test
  void packagesFormNoCycle() {
    EvaluationResult result =
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().evaluate(CLASSES);

    new Rule("no cycles").holds(result.getFailureReport().getDetails());
  }

  @Test
  void modulesMeetAtProtocols() {
    List<String> breaches = new ArrayList<>();
    forEachDependency(
        (origin, target) -> {
          String from = module(origin);
          String to = module(target);
          if (!from.equals(to) && !MAY_IMPORT.get(from).contains(to)) {
            breaches.add(origin.getName() + ": imports " + target.getName());
          }
        });
    new Rule("modules are islands").holds(breaches);
  }

  @Test
  void childrenNeverImportTheirParents() {
    List<String> breaches = new ArrayList<>();
    forEachDependency(
        (origin, target) -> {
          if (origin.getPackageName().startsWith(target.getPackageName() + ".")) {
            breaches.add(origin.getName() + ": imports its parent's " + target.getName());
          }
        });
    new Rule("children never import parents").holds(breaches);
  }

  @Test
  void namesAreNounsOfTheDomain() {
    List<String> breaches = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      for (String part : type.getPackageName().split("\\.", -1)) {
        if (BANNED_PACKAGE.matcher(part).matches()) {
          breaches.add(type.getPackageName() + ": is a name that says nothing");
        }
      }
      if (BANNED_CLASS.matcher(type.getSimpleName()).matches()) {
        breaches.add(type.getName() + ": is a name that says nothing");
      }
    }
    new Rule("banned names").holds(breaches);
  }

  @Test
  void clockChanceEnvironmentAndExitComeInAtTheCompositionRoot() {
    List<String> breaches = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().equals(COMPOSITION_ROOT)) {
        continue;
      }
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        String called = access.getTargetOwner().getName() + "." + access.getTarget().getName();
        // Instant.now(clock) and Random(seed) take what they need from their caller.
        boolean given =
            access.getTarget()
                    instanceof com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget call
                && !call.getRawParameterTypes().isEmpty()
                && !called.endsWith("exit")
                && !called.endsWith("halt")
                && !called.endsWith("getenv");
        if (AMBIENT.contains(called) && !given) {
          breaches.add(type.getName() + ": calls " + called);
        }
      }
    }
    new Rule("nothing ambient").holds(breaches);
  }

  @Test
  void theProtocolImportsOnlyTheLanguage() {
    List<String> breaches = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().equals("dev.sluice.ingest.protocol")) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
          if (!target.startsWith("java.")
              && !target.isEmpty()
              && !target.equals(type.getPackageName())) {
            breaches.add(type.getName() + ": imports " + dependency.getTargetClass().getName());
          }
        }
      }
    }
    new Rule("the protocol is pure").holds(breaches);
  }

  @Test
  void clientCommandsLoadNothingHeavy() {
    List<String> breaches = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().endsWith(".cli")) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String target = dependency.getTargetClass().getName();
          if (HEAVY.stream().anyMatch(target::startsWith)) {
            breaches.add(type.getName() + ": imports " + target);
          }
        }
      }
    }
    new Rule("clients are light").holds(breaches);
  }

  private interface Edge {
    void visit(JavaClass origin, JavaClass target);
  }

  /** Every dependency between two classes of ours. */
  private static void forEachDependency(Edge edge) {
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getName().startsWith(OURS)) {
          edge.visit(type, target);
        }
      }
    }
  }

  private static String module(JavaClass type) {
    String rest = type.getName().substring(OURS.length());
    return rest.substring(0, rest.indexOf('.'));
  }

  private static JavaClasses classes() {
    List<Path> folders =
        House.MODULES.stream()
            .map(module -> House.ROOT.resolve(module).resolve("target/classes"))
            .toList();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new IllegalStateException("not compiled: " + folder);
      }
    }
    return new ClassFileImporter().importPaths(folders);
  }
}
