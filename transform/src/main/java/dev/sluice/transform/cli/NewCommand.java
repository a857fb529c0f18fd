package dev.sluice.transform.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./sluice etl new}: a project of jobs to begin with. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Lays out a project: a job in SQL, a job in Java, and a test of each.")
final class NewCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "a new or empty folder")
  private Path folder;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProjectTemplate.layOut(folder).forEach(out::println);
    out.println("next: " + folder.resolve("README.md"));
    out.flush();
    return 0;
  }
}
