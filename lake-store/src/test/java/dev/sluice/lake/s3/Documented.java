package dev.sluice.lake.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configurations that the README shows, so that each is tested as it is told. */
final class Documented {
  private static final Path README =
      Path.of(System.getProperty("sluice.root"), "lake-store", "README.md");

  private Documented() {}

  /** The block of a kind ({@code ini}, {@code sh} ...) under a heading, as it stands. */
  static String verbatim(String heading, String kind) throws IOException {
    Matcher block =
        Pattern.compile(
                "(?ms)^### "
                    + Pattern.quote(heading)
                    + "$(?:(?!^#).)*?^```"
                    + kind
                    + "\\n(.*?)^```")
            .matcher(Files.readString(README));
    if (!block.find()) {
      throw new IOException("the README has no " + kind + " under '" + heading + "'");
    }
    return block.group(1);
  }

  /** The same, of this endpoint and the test's key. */
  static String block(String heading, String kind, URI endpoint) throws IOException {
    return verbatim(heading, kind)
        .replace("127.0.0.1:9000", endpoint.getAuthority())
        .replace("ACCESS_KEY", LocalS3.KEY)
        .replace("SECRET_KEY", LocalS3.SECRET)
        .replace("AWS_" + LocalS3.KEY + "_ID", "AWS_ACCESS_KEY_ID")
        .replace("AWS_SECRET_" + LocalS3.KEY, "AWS_SECRET_ACCESS_KEY");
  }
}
