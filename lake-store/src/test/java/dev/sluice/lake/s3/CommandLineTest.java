package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands people use, where they are installed: {@code aws} and Python's boto3. */
class CommandLineTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Path work;

  @BeforeEach
  void start() throws Exception {
    work = Files.createDirectories(directory.resolve("work"));
    lake = new LocalS3(directory.resolve("store"));
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private record Result(int exit, String output) {}

  private Result run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_ACCESS_KEY_ID", LocalS3.KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", LocalS3.SECRET);
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_ENDPOINT_URL", lake.endpoint().toString());
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    Process process = builder.start();
    try (InputStream out = process.getInputStream()) {
      String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return new Result(process.exitValue(), output);
    }
  }

  private String aws(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("aws"));
    command.addAll(List.of(arguments));
    Result result = run(command);
    assertThat(result.exit()).as(command + "\n" + result.output()).isZero();
    return result.output();
  }

  private void assume(String... command) throws InterruptedException {
    boolean there;
    try {
      there = run(List.of(command)).exit() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, () -> "skipped: '" + String.join(" ", command) + "' does not run here");
  }

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Path file = work.resolve(name);
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, bytes);
  }

  @Test
  void awsMakesCopiesListsSyncsAndRemoves() throws Exception {
    assume("aws", "--version");
    Path large = file("tree/large.bin", 20_000_000);
    file("tree/a/small.txt", 10);
    file("tree/a/b/empty", 0);
    aws("s3", "mb", "s3://lake");
    aws("s3", "sync", "tree", "s3://lake/tree");
    assertThat(aws("s3", "ls", "--recursive", "s3://lake"))
        .contains("tree/large.bin", "tree/a/small.txt", "tree/a/b/empty");
    assertThat(aws("s3", "sync", "tree", "s3://lake/tree")).doesNotContain("upload");
    aws("s3", "cp", "s3://lake/tree/large.bin", "s3://lake/copy.bin");
    aws("s3", "cp", "s3://lake/copy.bin", "back.bin");
    assertThat(Files.mismatch(large, work.resolve("back.bin"))).isEqualTo(-1);
    aws("s3", "sync", "s3://lake/tree", "tree2");
    assertThat(Files.mismatch(large, work.resolve("tree2/large.bin"))).isEqualTo(-1);
    aws("s3", "mv", "s3://lake/tree/a/small.txt", "s3://lake/moved.txt");
    aws("s3", "rm", "--recursive", "s3://lake/tree");
    assertThat(aws("s3", "ls", "s3://lake"))
        .contains("copy.bin", "moved.txt")
        .doesNotContain("PRE");
    aws("s3", "rb", "--force", "s3://lake");
  }

  @Test
  void awsKeepsVersions() throws Exception {
    assume("aws", "--version");
    aws("s3", "mb", "s3://lake");
    aws(
        "s3api",
        "put-bucket-versioning",
        "--bucket",
        "lake",
        "--versioning-configuration",
        "Status=Enabled");
    file("one", 10);
    aws("s3", "cp", "one", "s3://lake/key");
    aws("s3", "rm", "s3://lake/key");
    assertThat(aws("s3api", "list-object-versions", "--bucket", "lake"))
        .contains("DeleteMarkers", "\"IsLatest\": true", "\"IsLatest\": false");
  }

  @Test
  void botoSpeaksWithItsDefaults() throws Exception {
    assume("python3", "-c", "import boto3");
    String script =
        """
        import boto3, os
        s3 = boto3.client('s3')
        s3.create_bucket(Bucket='lake')
        for key in ['a b+c', 'ü/€', 'x//y', '../z', 'tab\\t', 'a&<b>']:
            s3.put_object(Bucket='lake', Key=key, Body=key.encode(), Metadata={'k': 'v'})
            got = s3.get_object(Bucket='lake', Key=key)
            assert got['Body'].read() == key.encode() and got['Metadata'] == {'k': 'v'}
        assert len(s3.list_objects_v2(Bucket='lake')['Contents']) == 6
        body = os.urandom(18_000_000)
        open('big', 'wb').write(body)
        s3.upload_file('big', 'lake', 'big')
        s3.download_file('lake', 'big', 'back')
        assert open('back', 'rb').read() == body
        pages = s3.get_paginator('list_objects_v2').paginate(
            Bucket='lake', PaginationConfig={'PageSize': 2})
        keys = [o['Key'] for page in pages for o in page['Contents']]
        gone = s3.delete_objects(
            Bucket='lake', Delete={'Objects': [{'Key': key} for key in keys]})
        assert len(gone['Deleted']) == 7 and 'Errors' not in gone
        s3.delete_bucket(Bucket='lake')
        print('DONE')
        """;
    Result result = run(List.of("python3", "-c", script));
    assertThat(result.output()).contains("DONE");
    assertThat(result.exit()).isZero();
  }

  @Test
  void botoPostsFormsAndPresigns() throws Exception {
    assume("python3", "-c", "import boto3, urllib3");
    String script =
        """
        import boto3, urllib3
        from botocore.client import Config
        http = urllib3.PoolManager()
        s3 = boto3.client('s3', config=Config(signature_version='s3v4'))
        s3.create_bucket(Bucket='lake')
        def post(size, **more):
            form = s3.generate_presigned_post('lake', 'in/${filename}', **more)
            fields = dict(form['fields'], file=('a b.txt', b'x' * size, 'text/plain'))
            return http.request('POST', form['url'], fields=fields, redirect=False)
        assert post(5).status == 204
        assert s3.get_object(Bucket='lake', Key='in/a b.txt')['Body'].read() == b'xxxxx'
        made = post(5_000_000, Fields={'acl': 'private', 'success_action_status': '201'},
                    Conditions=[{'acl': 'private'}, {'success_action_status': '201'},
                                ['content-length-range', 1, 5_000_000]])
        assert made.status == 201 and b'<Key>in/a b.txt</Key>' in made.data, made.data
        big = post(6, Conditions=[['content-length-range', 1, 5]])
        assert big.status == 400 and b'EntityTooLarge' in big.data, big.data
        old = post(5, ExpiresIn=-1)
        assert old.status == 403 and b'Policy expired' in old.data, old.data
        url = s3.generate_presigned_url('put_object', Params={'Bucket': 'lake', 'Key': 'ü+~/'})
        assert http.request('PUT', url, body=b'put').status == 200
        url = s3.generate_presigned_url('get_object', Params={'Bucket': 'lake', 'Key': 'ü+~/'})
        assert http.request('GET', url).data == b'put'
        print('DONE')
        """;
    Result result = run(List.of("python3", "-c", script));
    assertThat(result.output()).contains("DONE");
  }
}
