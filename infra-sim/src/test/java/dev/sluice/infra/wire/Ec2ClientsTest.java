package dev.sluice.infra.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.daemon.Settings;
import dev.sluice.infra.clock.WallTime;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.ComputeSettings;
import dev.sluice.infra.compute.InstanceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Amazon's own clients, unmodified, where they are installed. */
class Ec2ClientsTest {
  @TempDir private Path directory;
  private final WallTime time = new WallTime(InstantSource.system(), 10_000);
  private RunningCloud cloud;

  @BeforeEach
  void start() throws Exception {
    time.start();
    ComputeSettings quick =
        Settings.read(
            ComputeSettings.class,
            java.util.Optional.empty(),
            Map.of(
                "SLUICE_BOOT_SHORTEST", "10ms",
                "SLUICE_BOOT_LONGEST", "20ms",
                "SLUICE_STOP_TIME", "10ms",
                "SLUICE_TERMINATE_TIME", "10ms"));
    cloud = new RunningCloud(quick, directory.resolve("compute"), time, 7);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
    time.stop();
  }

  /** What came of a client: its exit code and all that it printed. */
  private record Ran(int exit, String printed) {}

  private Ran run(List<String> words) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID", RunningCloud.KEY.accessKey(),
                "AWS_SECRET_ACCESS_KEY", RunningCloud.KEY.secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_EC2_METADATA_DISABLED", "true",
                "AWS_PAGER", "",
                "AWS_ENDPOINT_URL", cloud.address().toString(),
                "HOME", directory.toString()));
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", words).isTrue();
    return new Ran(process.exitValue(), Files.readString(output, UTF_8));
  }

  private boolean works(String... words) throws Exception {
    try {
      return run(List.of(words)).exit() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  private String aws(String words) throws Exception {
    Ran ran = run(List.of(("aws ec2 --output text " + words).split(" ", -1)));
    assertThat(ran.exit()).as(ran.printed()).isZero();
    return ran.printed().strip();
  }

  @Test
  void theAwsCommandLineRunsListsTagsAndTerminates() throws Exception {
    assumeTrue(works("aws", "--version"), "aws is installed");
    String id =
        aws(
            "run-instances --image-id ami-0123456789abcdef0 --instance-type c7g.large --count 1"
                + " --tag-specifications ResourceType=instance,Tags=[{Key=role,Value=worker}]"
                + " --query Instances[0].InstanceId");
    assertThat(id).matches("i-[0-9a-f]{17}");
    assertThat(aws("wait instance-running --instance-ids " + id)).isEmpty();
    assertThat(
            aws(
                "describe-instances --filters Name=tag:role,Values=worker"
                    + " --query Reservations[].Instances[].[InstanceId,State.Name,InstanceType]"))
        .isEqualTo(id + "\trunning\tc7g.large");
    assertThat(aws("create-tags --resources " + id + " --tags Key=team,Value=data")).isEmpty();
    assertThat(aws("describe-tags --query Tags[].Key")).isEqualTo("role\tteam");
    assertThat(
            aws(
                "describe-instance-types --filters Name=instance-type,Values=c7g.*"
                    + " --query length(InstanceTypes)"))
        .isEqualTo("6");
    assertThat(
            aws(
                "terminate-instances --instance-ids "
                    + id
                    + " --query TerminatingInstances[].CurrentState.Name"))
        .isEqualTo("shutting-down");
    Ran refused = run(List.of("aws", "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16"));
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.printed()).contains("(UnsupportedOperation)");
    assertThat(cloud.compute().instance(id).orElseThrow().state().counted()).isFalse();
  }

  @Test
  void botoGoesThroughAWholeLife() throws Exception {
    assumeTrue(works("python3", "-c", "import boto3"), "boto3 is installed");
    Path script = directory.resolve("life.py");
    Files.writeString(
        script,
        """
        import boto3
        from botocore.exceptions import ClientError
        ec2 = boto3.client("ec2")
        new = ec2.run_instances(ImageId="ami-12345678", InstanceType="m7i.large", MinCount=7, MaxCount=7)
        ids = [i["InstanceId"] for i in new["Instances"]]
        ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"Delay": 1})
        ec2.stop_instances(InstanceIds=ids[:1])
        ec2.get_waiter("instance_stopped").wait(InstanceIds=ids[:1], WaiterConfig={"Delay": 1})
        ec2.start_instances(InstanceIds=ids[:1])
        ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids, WaiterConfig={"Delay": 1})
        pages = ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
        assert [i["InstanceId"] for p in pages for r in p["Reservations"] for i in r["Instances"]] == ids
        assert len(ec2.describe_availability_zones()["AvailabilityZones"]) == 3
        assert ec2.describe_regions()["Regions"][0]["RegionName"] == "us-east-1"
        kinds = ec2.describe_instance_types(InstanceTypes=["m7i.large"])["InstanceTypes"]
        assert kinds[0]["VCpuInfo"]["DefaultVCpus"] == 2, kinds
        for call, code in [
            (lambda: ec2.run_instances(ImageId="ami-12345678", InstanceType="m7i.large", MinCount=1, MaxCount=1, DryRun=True), "DryRunOperation"),
            (lambda: ec2.stop_instances(InstanceIds=["i-0123456789abcdef0"]), "InvalidInstanceID.NotFound"),
            (lambda: ec2.run_instances(ImageId="ami-12345678", InstanceType="m7i.large", MinCount=1, MaxCount=1, KeyName="k"), "UnknownParameter"),
        ]:
            try:
                call()
                raise SystemExit("not refused: " + code)
            except ClientError as refused:
                assert refused.response["Error"]["Code"] == code, refused
        ec2.terminate_instances(InstanceIds=ids)
        ec2.get_waiter("instance_terminated").wait(InstanceIds=ids, WaiterConfig={"Delay": 1})
        print("done")
        """);

    Ran ran = run(List.of("python3", script.toString()));

    assertThat(ran.exit()).as(ran.printed()).isZero();
    Compute compute = cloud.compute();
    assertThat(compute.instances())
        .hasSize(7)
        .allMatch(instance -> instance.state() == InstanceState.TERMINATED);
    assertThat(compute.costUsd()).isPositive();
  }
}
