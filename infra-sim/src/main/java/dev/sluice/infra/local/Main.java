package dev.sluice.infra.local;

/** Where {@code ./sluice} enters. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(RootCommand.commandLine().execute(arguments));
  }
}
