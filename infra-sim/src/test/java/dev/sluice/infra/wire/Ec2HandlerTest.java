package dev.sluice.infra.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.XmlNode;
import dev.sluice.daemon.Settings;
import dev.sluice.infra.clock.VirtualTime;
import dev.sluice.infra.compute.ComputeSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ec2HandlerTest {
  @TempDir private Path directory;
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"), 10_000);
  private RunningCloud cloud;
  private SignedCalls ec2;

  @BeforeEach
  void start() throws Exception {
    cloud = new RunningCloud(Settings.defaults(ComputeSettings.class), directory, time, 7);
    ec2 = cloud.calls();
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private SignedCalls.Answer run(int count, String... more) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "ImageId", "ami-12345678",
                "InstanceType", "c7g.large",
                "MinCount", "1",
                "MaxCount", Integer.toString(count)));
    all.addAll(List.of(more));
    return ec2.call("RunInstances", all.toArray(String[]::new));
  }

  private static List<String> ids(SignedCalls.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.items("instancesSet").stream()
        .map(item -> item.text("instanceId").orElseThrow())
        .toList();
  }

  private List<String> described(String... parameters) throws Exception {
    SignedCalls.Answer answer = ec2.call("DescribeInstances", parameters);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.items("reservationSet").stream()
        .flatMap(r -> SignedCalls.one(r, "instancesSet").children("item").stream())
        .map(item -> item.text("instanceId").orElseThrow())
        .toList();
  }

  @Test
  void anInstanceLivesItsWholeLifeOverTheWire() throws Exception {
    SignedCalls.Answer launched =
        run(
            2,
            "TagSpecification.1.ResourceType",
            "instance",
            "TagSpecification.1.Tag.1.Key",
            "role",
            "TagSpecification.1.Tag.1.Value",
            "worker <1> & \"2\"");
    List<String> ids = ids(launched);
    assertThat(ids).hasSize(2);
    XmlNode first = launched.items("instancesSet").get(0);
    assertThat(SignedCalls.one(first, "instanceState").text("name")).contains("pending");
    assertThat(SignedCalls.one(first, "tagSet").children("item").get(0).text("value"))
        .contains("worker <1> & \"2\"");
    assertThat(ec2.call("StopInstances", "InstanceId.1", ids.get(0)).code())
        .isEqualTo("IncorrectInstanceState");

    time.advance(Duration.ofSeconds(6));

    assertThat(described("Filter.1.Name", "instance-state-name", "Filter.1.Value.1", "running"))
        .isEqualTo(ids);
    assertThat(ids(ec2.call("StopInstances", "InstanceId.1", ids.get(0))))
        .containsExactly(ids.get(0));
    time.advance(Duration.ofSeconds(3));
    assertThat(described("Filter.1.Name", "instance-state-name", "Filter.1.Value.1", "stop*"))
        .containsExactly(ids.get(0));
    SignedCalls.Answer started = ec2.call("StartInstances", "InstanceId.1", ids.get(0));
    XmlNode change = started.items("instancesSet").get(0);
    assertThat(SignedCalls.one(change, "previousState").text("code")).contains("80");
    assertThat(SignedCalls.one(change, "currentState").text("code")).contains("0");
    SignedCalls.Answer status = ec2.call("DescribeInstanceStatus", "IncludeAllInstances", "true");
    assertThat(status.items("instanceStatusSet")).hasSize(2);
    assertThat(
            ids(
                ec2.call(
                    "TerminateInstances", "InstanceId.1", ids.get(0), "InstanceId.2", ids.get(1))))
        .isEqualTo(ids);
    time.advance(Duration.ofSeconds(2));
    assertThat(described("Filter.1.Name", "instance-state-name", "Filter.1.Value.1", "terminated"))
        .isEqualTo(ids);
    assertThat(ec2.call("StartInstances", "InstanceId.1", ids.get(0)).code())
        .isEqualTo("IncorrectInstanceState");
  }

  @Test
  void nothingIsIgnoredAndEveryRefusalHasItsCode() throws Exception {
    assertThat(ec2.call("CreateVpc", "CidrBlock", "10.0.0.0/16").code())
        .isEqualTo("UnsupportedOperation");
    assertThat(run(1, "KeyName", "mine").code()).isEqualTo("UnknownParameter");
    assertThat(run(1, "TagSpecification.1.ResourceType", "volume").code())
        .isEqualTo("InvalidParameterValue");
    assertThat(run(1, "Placement.AvailabilityZone", "mars-1a").code())
        .isEqualTo("InvalidParameterValue");
    assertThat(run(1, "MinCount", "1").code()).isEqualTo("InvalidParameterValue");
    assertThat(run(0).code()).isEqualTo("InvalidParameterValue");
    assertThat(ec2.call("RunInstances").code()).isEqualTo("MissingParameter");
    assertThat(
            ec2.call(
                    "RunInstances",
                    "ImageId",
                    "image",
                    "InstanceType",
                    "c7g.large",
                    "MinCount",
                    "1",
                    "MaxCount",
                    "1")
                .code())
        .isEqualTo("InvalidAMIID.Malformed");
    assertThat(
            ec2.call(
                    "RunInstances",
                    "ImageId",
                    "ami-12345678",
                    "InstanceType",
                    "c9z.huge",
                    "MinCount",
                    "1",
                    "MaxCount",
                    "1")
                .code())
        .isEqualTo("InvalidParameterValue");
    assertThat(ec2.call("TerminateInstances", "InstanceId.1", "i-0123456789abcdef0").code())
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(ec2.call("DescribeInstances", "InstanceId.1", "i-0123456789abcdef0").code())
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(ec2.call("TerminateInstances", "InstanceId.1", "nonsense").code())
        .isEqualTo("InvalidInstanceID.Malformed");
    assertThat(ec2.call("TerminateInstances").code()).isEqualTo("MissingParameter");
    assertThat(
            ec2.call("DescribeInstances", "Filter.1.Name", "hair", "Filter.1.Value.1", "x").code())
        .isEqualTo("InvalidParameterValue");
    assertThat(ec2.call("DescribeInstances", "NextToken", "???").code())
        .isEqualTo("InvalidNextToken");
    assertThat(ec2.call("DescribeInstances", "MaxResults", "2").code())
        .isEqualTo("InvalidParameterValue");
    assertThat(cloud.compute().instances()).isEmpty();
  }

  @Test
  void aDryRunSaysThatItWouldHaveWorkedAndDoesNothing() throws Exception {
    SignedCalls.Answer answer = run(1, "DryRun", "true");
    assertThat(answer.status()).isEqualTo(412);
    assertThat(answer.code()).isEqualTo("DryRunOperation");
    assertThat(cloud.compute().instances()).isEmpty();
  }

  @Test
  void theLimitAndTheTokenAnswerAsEc2Does() throws Exception {
    List<String> first = ids(run(3, "ClientToken", "once"));
    assertThat(ids(run(3, "ClientToken", "once"))).isEqualTo(first);
    assertThat(run(2, "ClientToken", "once").code()).isEqualTo("IdempotentParameterMismatch");
    assertThat(ids(run(100))).hasSize(17);
    assertThat(run(1).code()).isEqualTo("InstanceLimitExceeded");
  }

  @Test
  void pagesTogetherHoldEveryInstanceOnce() throws Exception {
    ids(run(13));
    List<String> seen = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      SignedCalls.Answer page =
          ec2.call("DescribeInstances", "MaxResults", "5", "NextToken", token);
      page.items("reservationSet").stream()
          .flatMap(r -> SignedCalls.one(r, "instancesSet").children("item").stream())
          .forEach(item -> seen.add(item.text("instanceId").orElseThrow()));
      token = page.xml().text("nextToken").orElse("");
      pages++;
    } while (!token.isEmpty() && pages < 10);
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(13).doesNotHaveDuplicates().isEqualTo(described());
  }

  @Test
  void tagsAreWrittenListedFilteredAndRemoved() throws Exception {
    List<String> ids = ids(run(2));
    SignedCalls.Answer created =
        ec2.call(
            "CreateTags",
            "ResourceId.1",
            ids.get(0),
            "Tag.1.Key",
            "team",
            "Tag.1.Value",
            "a*b",
            "Tag.2.Key",
            "empty",
            "Tag.2.Value",
            "");
    assertThat(created.xml().text("return")).contains("true");
    assertThat(described("Filter.1.Name", "tag:team", "Filter.1.Value.1", "a\\*b"))
        .containsExactly(ids.get(0));
    assertThat(described("Filter.1.Name", "tag:team", "Filter.1.Value.1", "a\\?b")).isEmpty();
    assertThat(described("Filter.1.Name", "tag-key", "Filter.1.Value.1", "empty"))
        .containsExactly(ids.get(0));
    SignedCalls.Answer tags =
        ec2.call("DescribeTags", "Filter.1.Name", "resource-id", "Filter.1.Value.1", ids.get(0));
    assertThat(tags.items("tagSet").stream().map(tag -> tag.text("key").orElseThrow()))
        .containsExactly("empty", "team");
    ec2.call("DeleteTags", "ResourceId.1", ids.get(0), "Tag.1.Key", "team");
    assertThat(ec2.call("DescribeTags").items("tagSet")).hasSize(1);
    assertThat(ec2.call("CreateTags", "ResourceId.1", ids.get(0), "Tag.1.Key", "aws:x").code())
        .isEqualTo("InvalidParameterValue");
    assertThat(ec2.call("CreateTags", "ResourceId.1", "vol-1", "Tag.1.Key", "x").code())
        .isEqualTo("InvalidID");
  }

  @Test
  void kindsOfMachineRegionsAndZonesAreListed() throws Exception {
    Set<String> names = new TreeSet<>();
    String token = "";
    do {
      SignedCalls.Answer page = ec2.call("DescribeInstanceTypes", "NextToken", token);
      page.items("instanceTypeSet")
          .forEach(type -> names.add(type.text("instanceType").orElseThrow()));
      token = page.xml().text("nextToken").orElse("");
    } while (!token.isEmpty());
    assertThat(names).hasSize(cloud.compute().types().all().size()).contains("c7g.large");
    SignedCalls.Answer one = ec2.call("DescribeInstanceTypes", "InstanceType.1", "c7g.large");
    XmlNode type = one.items("instanceTypeSet").get(0);
    assertThat(SignedCalls.one(type, "vCpuInfo").text("defaultVCpus")).contains("2");
    assertThat(SignedCalls.one(type, "memoryInfo").text("sizeInMiB")).contains("4096");
    assertThat(ec2.call("DescribeInstanceTypes", "InstanceType.1", "c9z.huge").code())
        .isEqualTo("InvalidInstanceType");
    assertThat(ec2.call("DescribeRegions").items("regionInfo")).hasSize(1);
    assertThat(
            ec2.call("DescribeAvailabilityZones", "ZoneName.1", "us-east-1b")
                .items("availabilityZoneInfo"))
        .hasSize(1);
  }

  @Test
  void onlyWhoHoldsTheKeyIsServed() throws Exception {
    SignedCalls wrong =
        new SignedCalls(cloud.address(), new Credential("sluice-test", "another secret"));
    SignedCalls unknown = new SignedCalls(cloud.address(), new Credential("nobody", "x"));
    assertThat(wrong.call("DescribeInstances").code()).isEqualTo("AuthFailure");
    assertThat(unknown.call("DescribeInstances").status()).isEqualTo(401);
    String form = "Action=DescribeInstances&Version=2016-11-15";
    assertThat(ec2.post("ec2", form, Instant.now().minusSeconds(1800)).code())
        .isEqualTo("RequestExpired");
    assertThat(ec2.post("sqs", form, Instant.now()).status()).isEqualTo(501);
    String large = form + "&X=" + "x".repeat(70_000);
    assertThat(ec2.post("ec2", large, Instant.now()).status()).isEqualTo(413);
  }

  @Test
  void theUnsignedAndTheMisdirectedAreTurnedAway() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    URI address = cloud.address();
    HttpRequest unsigned =
        HttpRequest.newBuilder(address.resolve("/?Action=DescribeInstances")).build();
    HttpResponse<String> refused = http.send(unsigned, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("MissingAuthenticationToken");
    HttpRequest health = HttpRequest.newBuilder(address.resolve("/healthz")).build();
    assertThat(http.send(health, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    try (java.net.Socket socket = new java.net.Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 421");
    }
  }

  @Test
  void wildcardsMatchAsEc2SaysTheyDo() {
    assertThat(Filters.matches("c7g.*", "c7g.large")).isTrue();
    assertThat(Filters.matches("*large", "c7g.xlarge")).isTrue();
    assertThat(Filters.matches("c?g.large", "c7g.large")).isTrue();
    assertThat(Filters.matches("c?g", "c7")).isFalse();
    assertThat(Filters.matches("\\*", "*")).isTrue();
    assertThat(Filters.matches("\\*", "x")).isFalse();
    assertThat(Filters.matches("*a\\*b*c", "xxa*bxxc")).isTrue();
    assertThat(Filters.matches("", "")).isTrue();
    assertThat(Filters.matches("*", "")).isTrue();
    assertThat(Filters.matches("?", "")).isFalse();
    assertThat(Filters.matches("*a*a*a*a*a*a*a*a*b", "a".repeat(5_000))).isFalse();
  }
}
