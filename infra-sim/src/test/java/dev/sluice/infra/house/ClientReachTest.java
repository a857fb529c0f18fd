package dev.sluice.infra.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every class that a client command can come to is on the class path that the launcher gives it:
 * tests of commands run on another, so that nothing else would notice.
 */
class ClientReachTest {
  private static final String OURS = "dev.sluice.";

  /** What starts daemons, and so runs on the class path of the servers. */
  private static final List<String> DAEMONS =
      List.of("UpCommand", "LakeCommand", "IngestCommand", "MonitorCommand");

  @Test
  void whatACommandNeedsIsOnTheClassPathOfClients() throws IOException {
    JavaClasses classes = ArchitectureTest.CLASSES;
    Map<String, String> reached = new TreeMap<>();
    Deque<JavaClass> open = new ArrayDeque<>();
    for (JavaClass type : classes) {
      if (type.getPackageName().endsWith(".cli") && type.getName().startsWith(OURS)) {
        reached.put(type.getName(), "");
        open.add(type);
      }
    }
    assertThat(reached).hasSizeGreaterThan(20);

    try (URLClassLoader clients = clients()) {
      List<String> missing = new ArrayList<>();
      while (!open.isEmpty()) {
        JavaClass type = open.remove();
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.isPrimitive()
              || reached.putIfAbsent(target.getName(), type.getName()) != null) {
            continue;
          }
          if (!has(clients, target.getName())) {
            missing.add(target.getName() + ": is missed by " + path(reached, type.getName()));
          } else if (classes.contain(target.getName()) && !daemon(target)) {
            open.add(classes.get(target.getName()));
          }
        }
      }
      new Rule("client reach").holds(missing);
    }
  }

  private static boolean daemon(JavaClass type) {
    return DAEMONS.contains(type.getSimpleName());
  }

  private static String path(Map<String, String> reached, String name) {
    String by = reached.get(name);
    return by == null || by.isEmpty() ? name : name + " < " + path(reached, by);
  }

  private static boolean has(ClassLoader clients, String name) {
    return clients.getResource(name.replace('.', '/') + ".class") != null;
  }

  private static URLClassLoader clients() throws IOException {
    String text = House.read(House.ROOT.resolve("infra-sim/target/classpath/client"));
    URL[] jars =
        Arrays.stream(text.strip().split(File.pathSeparator, -1))
            .map(entry -> url(Path.of(entry)))
            .toArray(URL[]::new);
    return new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(Path entry) {
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalArgumentException(entry.toString(), impossible);
    }
  }
}
