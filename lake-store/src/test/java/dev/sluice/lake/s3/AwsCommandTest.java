package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code aws} command, where it is installed. */
class AwsCommandTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Terminal terminal;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory.resolve("store"));
    terminal =
        new Terminal(
            directory.resolve("work"),
            Map.of(
                "AWS_ACCESS_KEY_ID", LocalS3.KEY,
                "AWS_SECRET_ACCESS_KEY", LocalS3.SECRET,
                "AWS_DEFAULT_REGION", "us-east-1"));
    terminal.needs("aws", "--version");
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private String aws(String... arguments) throws IOException, InterruptedException {
    return terminal.ok(
        List.of("aws", "--endpoint-url", lake.endpoint().toString(), "--output", "json"),
        arguments);
  }

  private JsonNode api(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 3];
    all[0] = "s3api";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--bucket";
    all[arguments.length + 2] = "lake";
    return new ObjectMapper().readTree(aws(all));
  }

  @Test
  void theDocumentedSettingsAreEnough() throws Exception {
    terminal.shell(Documented.block("AWS CLI and boto3", "sh", lake.endpoint()));
    assertThat(aws("s3", "ls")).contains("mine");
  }

  @Test
  void treesAreCopiedListedSyncedMovedAndRemoved() throws Exception {
    terminal.file("tree/large.bin", 20_000_000);
    terminal.file("tree/a/small.txt", 10);
    terminal.file("tree/a/b/empty", 0);
    terminal.file("tree/a/\u00fc & +%20.txt", 100);
    aws("s3", "mb", "s3://lake");
    aws("s3", "sync", "tree", "s3://lake/tree");
    assertThat(aws("s3", "ls", "--recursive", "--summarize", "s3://lake"))
        .contains("tree/large.bin", "tree/a/small.txt", "tree/a/b/empty", "Total Objects: 4");
    assertThat(aws("s3", "sync", "tree", "s3://lake/tree")).doesNotContain("upload");
    aws("s3", "cp", "s3://lake/tree/large.bin", "s3://lake/copy.bin", "--metadata", "a=b");
    aws("s3", "cp", "s3://lake/copy.bin", "back.bin");
    terminal.same("tree/large.bin", "back.bin");
    aws("s3", "sync", "s3://lake/tree", "tree2");
    terminal.shell("diff -r tree tree2");
    terminal.shell("rm tree/a/small.txt");
    assertThat(aws("s3", "sync", "--delete", "tree", "s3://lake/tree")).contains("delete:");
    aws("s3", "mv", "s3://lake/tree/a/b/empty", "s3://lake/moved.txt");
    aws("s3", "mv", "tree2/a/small.txt", "s3://lake/up.txt");
    aws("s3", "rm", "--recursive", "s3://lake/tree");
    assertThat(aws("s3", "ls", "s3://lake"))
        .contains("copy.bin", "moved.txt", "up.txt")
        .doesNotContain("PRE");
    aws("s3", "rb", "--force", "s3://lake");
  }

  @Test
  void aFileIsSentInPartsByHand() throws Exception {
    byte[] file = Files.readAllBytes(terminal.file("big", 12_000_000));
    aws("s3", "mb", "s3://lake");
    String id = api("create-multipart-upload", "--key", "big").path("UploadId").asText();
    StringBuilder parts = new StringBuilder();
    for (int number = 1; number <= 3; number++) {
      int from = (number - 1) * (5 << 20);
      int to = Math.min(number * (5 << 20), file.length);
      terminal.write("part", Arrays.copyOfRange(file, from, to));
      JsonNode part =
          api(
              "upload-part",
              "--key=big",
              "--upload-id=" + id,
              "--part-number=" + number,
              "--body=part");
      parts.append(number == 1 ? "" : ",");
      parts.append("{\"PartNumber\":" + number + ",\"ETag\":" + part.path("ETag") + "}");
    }
    assertThat(api("list-multipart-uploads").path("Uploads")).hasSize(1);
    assertThat(api("list-parts", "--key=big", "--upload-id=" + id).path("Parts")).hasSize(3);
    terminal.write("parts.json", ("{\"Parts\":[" + parts + "]}").getBytes(StandardCharsets.UTF_8));
    JsonNode done =
        api(
            "complete-multipart-upload",
            "--key=big",
            "--upload-id=" + id,
            "--multipart-upload=file://parts.json");
    assertThat(done.path("ETag").asText()).endsWith("-3\"");
    api("get-object", "--key=big", "back");
    terminal.same("big", "back");
    assertThat(
            api("get-object", "--key=big", "--range=bytes=5242870-5242889", "slice")
                .path("ContentRange")
                .asText())
        .isEqualTo("bytes 5242870-5242889/12000000");
    String unwanted = api("create-multipart-upload", "--key=no").path("UploadId").asText();
    api("abort-multipart-upload", "--key=no", "--upload-id=" + unwanted);
    assertThat(api("list-multipart-uploads").path("Uploads")).isEmpty();
  }

  @Test
  void presignedUrlsAreFetchedByAnybody() throws Exception {
    terminal.shell(Documented.block("AWS CLI and boto3", "sh", lake.endpoint()));
    terminal.file("key", 70_000);
    aws("s3", "mb", "s3://lake");
    aws("s3", "cp", "key", "s3://lake/a key");
    String url = aws("s3", "presign", "s3://lake/a key", "--expires-in", "60").strip();
    HttpResponse<byte[]> got =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(Files.readAllBytes(terminal.work().resolve("key")));
  }

  @Test
  void versionsAreKeptAndBroughtBack() throws Exception {
    aws("s3", "mb", "s3://lake");
    api("put-bucket-versioning", "--versioning-configuration", "Status=Enabled");
    terminal.file("one", 10);
    aws("s3", "cp", "one", "s3://lake/key");
    aws("s3", "rm", "s3://lake/key");
    JsonNode versions = api("list-object-versions");
    assertThat(versions.path("DeleteMarkers").path(0).path("IsLatest").asBoolean()).isTrue();
    assertThat(versions.path("Versions").path(0).path("IsLatest").asBoolean()).isFalse();
    api(
        "delete-object",
        "--key=key",
        "--version-id=" + versions.path("DeleteMarkers").path(0).path("VersionId").asText());
    aws("s3", "cp", "s3://lake/key", "back");
    terminal.same("one", "back");
  }
}
