package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.infra.house.House;
import dev.sluice.infra.house.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Every {@code ./sluice} command in a document is one that the command line knows, with options
 * that it has.
 */
class DocumentedCommandsTest {
  private static final Pattern COMMAND =
      Pattern.compile("\\./sluice((?: +[^`\\n|&;>#]+)?(?:\\|[a-z][^`\\n&;>#]*)?)");
  private static final Pattern WORD = Pattern.compile("[a-z][a-z-]*(\\|[a-z][a-z-]*)*");
  private static final Pattern OPTION = Pattern.compile("\\[?(--[a-z][a-z-]*).*");

  @Test
  void everyCommandInADocumentIsKnown() {
    List<String> breaches = new ArrayList<>();
    for (Path document : House.files(".md")) {
      Matcher commands = COMMAND.matcher(House.read(document));
      while (commands.find()) {
        String written = commands.group(1).strip();
        trouble(written)
            .ifPresent(
                why -> breaches.add(House.name(document) + " ./sluice " + written + ": " + why));
      }
    }
    new Rule("commands in prose").holds(breaches);
  }

  @Test
  void theCheckItselfFindsWhatIsUnknown() {
    assertThat(trouble("nosuch")).contains("no command 'nosuch'");
    assertThat(trouble("status --nosuch")).contains("no option '--nosuch'");
    assertThat(trouble("up|nosuch --data DIR")).contains("no command 'nosuch'");
    assertThat(trouble("catalog datasets nosuch")).contains("no command 'catalog datasets nosuch'");
    assertThat(trouble("catalog datasets show NAME --owner ann")).contains("no option '--owner'");
    assertThat(trouble("catalog datasets declare NAME s3://bucket/prefix --owner ann")).isEmpty();
    assertThat(trouble("status --data DIR")).isEmpty();
    assertThat(trouble("--version")).isEmpty();
    assertThat(trouble("")).isEmpty();
  }

  private static Optional<String> trouble(String written) {
    if (written.isEmpty()) {
      return Optional.empty();
    }
    String[] words = written.split(" +", -1);
    if (!WORD.matcher(words[0]).matches()) {
      return options(RootCommand.commandLine(), words);
    }
    for (String name : words[0].split("\\|", -1)) {
      CommandLine command = RootCommand.commandLine().getSubcommands().get(name);
      if (command == null) {
        return Optional.of("no command '" + name + "'");
      }
      String path = name;
      for (int i = 1;
          i < words.length
              && !command.getSubcommands().isEmpty()
              && WORD.matcher(words[i]).matches();
          i++) {
        for (String sub : words[i].split("\\|", -1)) {
          if (!command.getSubcommands().containsKey(sub)) {
            return Optional.of("no command '" + path + " " + sub + "'");
          }
        }
        path += " " + words[i];
        command = command.getSubcommands().get(words[i].split("\\|", -1)[0]);
      }
      Optional<String> trouble = options(command, words);
      if (trouble.isPresent()) {
        return trouble;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> options(CommandLine command, String[] words) {
    for (String word : words) {
      Matcher option = OPTION.matcher(word);
      if (option.matches() && command.getCommandSpec().findOption(option.group(1)) == null) {
        return Optional.of("no option '" + option.group(1) + "'");
      }
    }
    return Optional.empty();
  }
}
