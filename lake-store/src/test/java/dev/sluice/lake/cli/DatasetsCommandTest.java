package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class DatasetsCommandTest {
  private static final int ASKED_AT_MOST = 5_000;

  private TypedCommand line;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    line = new TypedCommand(directory, CatalogCommand::new);
    try (S3Client s3 = line.rig().s3()) {
      s3.createBucket(request -> request.bucket("box"));
      for (String key : new String[] {"img/a.jpg", "img/b.png", "notes/c.txt"}) {
        s3.putObject(
            request -> request.bucket("box").key(key), RequestBody.fromBytes(new byte[1024]));
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    line.stop();
  }

  private String run(int expected, String... words) {
    return line.run(expected, words);
  }

  @Test
  void whatIsDeclaredIsListedShownFoundAndRemoved() {
    assertThat(run(0, "datasets", "suggest")).startsWith("PLACE").contains("s3://box/img/");
    String declared =
        run(
            0,
            "datasets",
            "declare",
            "pictures",
            "s3://box/img/",
            "--description",
            "Of all goods.",
            "--owner",
            "shop",
            "--on-call",
            "shop-oncall",
            "--tag",
            "photo",
            "--tag",
            "tier:1");
    assertThat(declared).contains("pictures  dataset", "s3://box/img/", "photo, tier:1");
    String page = run(0, "datasets", "show", "pictures");
    for (int i = 0; !page.contains("every change") && i < ASKED_AT_MOST; i++) {
      page = run(0, "datasets", "show", "pictures");
    }
    assertThat(page)
        .contains("Of all goods.", "owner         shop", "on call       shop-oncall")
        .contains("2 objects, 2.0 KiB", "image/jpeg  1        1.0 KiB", "image/png");
    assertThat(run(0, "datasets", "suggest"))
        .contains("s3://box/notes/")
        .doesNotContain("s3://box/img/");
    assertThat(run(0, "datasets"))
        .isEqualTo(run(0, "datasets", "list"))
        .contains("NAME", "LOCATION", "pictures  s3://box/img/  2        2.0 KiB  followed  shop");
    assertThat(run(0, "search", "goods", "kind:dataset"))
        .contains("pictures  (dataset)  owner shop", "description: Of all «goods».", "1 found");
    assertThat(run(0, "datasets", "remove", "pictures")).contains("its objects stay");
    assertThat(run(0, "search", "goods")).contains("0 found");
    assertThat(run(0, "datasets")).doesNotContain("pictures");
  }

  @Test
  void whatIsNotSaidAgainStaysAndAnEmptyTextTakesBack() {
    String[] first = {
      "datasets",
      "declare",
      "d",
      "s3://box",
      "--description",
      "All.",
      "--owner",
      "ann",
      "--tag",
      "x"
    };
    run(0, first);
    String again = run(0, "datasets", "declare", "d", "s3://box/img/", "--owner", "bob");
    assertThat(again).contains("s3://box/img/", "All.", "bob", "tags          x");
    String less = run(0, "datasets", "declare", "d", "s3://box", "--description", "", "--tag", "");
    assertThat(less).contains("owner         bob").doesNotContain("description", "tags");
  }

  @Test
  void everyAnswerComesAsJsonToo() {
    run(0, "datasets", "declare", "d", "s3://box/img/");
    assertThat(run(0, "datasets", "--format", "json")).startsWith("{\"datasets\":[{\"name\":\"d\"");
    assertThat(run(0, "datasets", "show", "d", "--format", "json")).startsWith("{\"name\":\"d\"");
    assertThat(run(0, "datasets", "suggest", "--format", "json")).startsWith("{\"suggestions\":[");
    assertThat(run(0, "datasets", "remove", "d", "--format", "json"))
        .isEqualTo("{\"removed\":\"d\"}\n");
  }

  @Test
  void whatIsWrongIsSaidInOneLineWithTheExitCodeThatGoesWithIt() {
    assertThat(run(CommandFailure.FAILED, "datasets", "show", "none"))
        .isEqualTo("no dataset 'none' is declared\n");
    assertThat(run(CommandFailure.FAILED, "datasets", "remove", "none"))
        .isEqualTo("no dataset 'none' is declared\n");
    assertThat(run(CommandFailure.FAILED, "datasets", "declare", "d", "s3://nobox/"))
        .isEqualTo("there is no bucket 'nobox'\n");
    assertThat(run(CommandFailure.FAILED, "datasets", "declare", "a b", "s3://box/"))
        .contains("a dataset's name is letters, digits");
    assertThat(run(CommandFailure.FAILED, "datasets", "declare", "d", "s3://box", "--tag", "a b"))
        .contains("a tag is letters");
    assertThat(run(CommandFailure.USAGE, "datasets", "declare", "d", "/srv/box"))
        .isEqualTo("'/srv/box' is no place like s3://bucket/prefix\n");
    assertThat(run(CommandFailure.USAGE, "datasets", "declare", "d")).contains("PLACE");
    assertThat(run(CommandFailure.USAGE, "datasets", "show")).contains("NAME");
    assertThat(run(CommandFailure.USAGE, "datasets", "--format", "json", "show", "d"))
        .contains("options go behind the command");
  }
}
