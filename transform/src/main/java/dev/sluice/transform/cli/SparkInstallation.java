package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The Spark that the build lays out, and the jar of the jobs.
 *
 * @param home a SPARK_HOME: {@code jars}, {@code conf} and {@code RELEASE}
 * @param job what is submitted
 */
record SparkInstallation(Path home, Path job) {
  /** Set by the launcher: the directory that Sluice was built in. */
  static final String SLUICE_HOME = "sluice.home";

  /** What bin/spark-submit passes to a JVM: org.apache.spark.launcher.JavaModuleOptions. */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--add-modules=jdk.incubator.vector",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "-Djdk.reflect.useDirectMethodHandle=false",
          "-Dio.netty.tryReflectionSetAccessible=true",
          "-Dio.netty.allocator.type=pooled",
          "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE",
          "--enable-native-access=ALL-UNNAMED");

  /** The one under {@code sluiceHome}, or one line that says how to make it. */
  static SparkInstallation in(Path sluiceHome) {
    Path target = sluiceHome.resolve("transform").resolve("target").toAbsolutePath();
    SparkInstallation found =
        new SparkInstallation(target.resolve("spark-home"), target.resolve("sluice-transform.jar"));
    if (!Files.isDirectory(found.home.resolve("jars")) || !Files.isRegularFile(found.job)) {
      throw CommandFailure.failed(
          "there is no Spark in " + found.home + "; make it with: mvn -q -Dquick package");
    }
    return found;
  }

  String classPath() {
    return home.resolve("conf") + ":" + home.resolve("jars") + "/*";
  }
}
