package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A walk over all that the SDK's model of S3 can ask: {@link Operation} is the list of what is
 * answered, everything else says that it is not implemented.
 */
class ServiceWalkTest {
  /** Ours beside the model's: what browsers do has no place in it. */
  private static final Set<String> UNMODELLED = Set.of("PostObject", "Preflight");

  /** Has a handler, which says that nothing is encrypted. */
  private static final String REFUSING = "PutBucketEncryption";

  @TempDir Path directory;
  private LocalS3 lake;
  private RawClient raw;
  private List<ServiceModel.Call> calls;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    raw = new RawClient(lake.endpoint());
    calls =
        ServiceModel.calls("lake", "key").stream()
            .map(
                call ->
                    // It is told from ListBuckets by nothing but its host and its parameters.
                    call.operation().equals("ListDirectoryBuckets")
                        ? call.asking("max-directory-buckets=1")
                        : call)
            .toList();
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  /** What S3 has too; what we offer beyond it asks for itself by a parameter of ours. */
  private static Set<String> supported() {
    return Arrays.stream(Operation.values())
        .filter(
            each -> each.shape().required().stream().noneMatch(name -> name.startsWith("sluice-")))
        .map(Operation::title)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private RawClient.Reply send(ServiceModel.Call call) throws IOException {
    if (lake.store().listBuckets().isEmpty()) {
      lake.store().createBucket("lake", "");
    }
    Map<String, String> headers = new HashMap<>(call.headers());
    headers.put("content-length", "0");
    try (RawConnection connection = new RawConnection(lake.endpoint())) {
      return connection
          .write(
              RawClient.head(
                  raw.sign(call.method(), call.target(), headers, RawClient.EMPTY_SHA256)))
          .reply(call.method());
    }
  }

  /** How many requests each operation's own handler answered. */
  private static Map<String, Long> answered(SimpleMeterRegistry metrics) {
    Map<String, Long> counts = new TreeMap<>();
    metrics
        .find("sluice.s3.requests")
        .timers()
        .forEach(each -> counts.merge(each.getId().getTag("operation"), each.count(), Long::sum));
    return counts;
  }

  @Test
  void everyOperationOfTheModelIsAnsweredByItsOwnHandlerOrNotImplemented() throws Exception {
    assertThat(calls).hasSizeGreaterThan(95);
    Set<String> walked = new TreeSet<>(supported());
    walked.removeAll(UNMODELLED);
    for (ServiceModel.Call call : calls) {
      RawClient.Reply reply = send(call);
      String what = call + "\n" + reply.text();
      if (walked.contains(call.operation()) && !call.operation().equals(REFUSING)) {
        assertThat(reply.status()).as(what).isNotEqualTo(501).isLessThan(500);
        if (call.operation().equals("UploadPart")) {
          // Its upload is looked for before its body is read, and nobody is counted as answering.
          assertThat(reply.code()).isEqualTo("NoSuchUpload");
          walked.remove(call.operation());
        }
      } else {
        assertThat(reply.status()).as(what).isEqualTo(501);
        assertThat(reply.code()).as(what).isEqualTo("NotImplemented");
      }
    }
    // A request is counted after its answer is sent; closing waits for that.
    lake.close();
    Map<String, Long> counts = answered(lake.metrics());
    lake = new LocalS3(directory.resolve("unused"));
    assertThat(counts.keySet()).containsAll(walked);
  }

  @Test
  void whatWouldAlterTheMeaningOfASupportedOperationIsRefused() throws IOException {
    Set<String> known = supported();
    for (ServiceModel.Call call : calls) {
      if (known.contains(call.operation())) {
        for (ServiceModel.Call altered :
            List.of(
                call.asking("meaning=other"),
                call.asking("X-Amz-Meaning=other"),
                call.asking("x-id=SomethingElse"),
                call.saying("x-amz-meaning", "other"),
                call.saying("x-amz-expected-bucket-owner", "other"),
                call.saying("x-amz-request-payer", "requester"),
                call.saying("x-amz-mfa", "1 2"),
                call.saying("x-amz-server-side-encryption-customer-algorithm", "AES256"))) {
          assertThat(send(altered).status()).as(altered.toString()).isEqualTo(501);
        }
      }
    }
    assertThat(lake.store().listBuckets()).hasSize(1);
  }

  @Test
  void theReadmeNamesWhatIsSupportedAndNothingElse() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String table =
        readme.substring(
            readme.indexOf("### What it does\n"), readme.indexOf("### What it does not"));
    Set<String> named =
        Pattern.compile("[A-Z][A-Za-z0-9]+")
            .matcher(table)
            .results()
            .map(match -> match.group())
            .collect(Collectors.toSet());
    Set<String> model =
        calls.stream().map(ServiceModel.Call::operation).collect(Collectors.toSet());
    named.removeIf(word -> !model.contains(word) && !UNMODELLED.contains(word));
    Set<String> answers = supported();
    answers.removeAll(Set.of("Preflight", REFUSING));
    assertThat(named).isEqualTo(answers);
  }
}
