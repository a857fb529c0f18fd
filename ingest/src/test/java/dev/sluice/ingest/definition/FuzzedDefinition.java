package dev.sluice.ingest.definition;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever somebody declares is a definition, or is refused in one line. */
public final class FuzzedDefinition {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FuzzedDefinition() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (JSON.readTree(input) instanceof ObjectNode said) {
        var unused = Definition.read(said).stream("fuzzed");
      }
    } catch (IOException notJson) {
      // Who asks is told before anything is declared.
    } catch (IllegalArgumentException refused) {
      requireOneLine(refused);
    }
    try {
      var unused = Inference.of(new ByteArrayInputStream(input));
    } catch (IllegalArgumentException refused) {
      requireOneLine(refused);
    }
  }

  private static void requireOneLine(IllegalArgumentException refused) {
    if (refused.getMessage() == null || refused.getMessage().isBlank()) {
      throw new AssertionError("refused without a word", refused);
    }
  }
}
