package dev.sluice.lake.s3a;

import static org.apache.hadoop.fs.contract.ContractTestUtils.touch;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.hadoop.fs.contract.AbstractContractAppendTest;
import org.apache.hadoop.fs.contract.AbstractContractBulkDeleteTest;
import org.apache.hadoop.fs.contract.AbstractContractConcatTest;
import org.apache.hadoop.fs.contract.AbstractContractContentSummaryTest;
import org.apache.hadoop.fs.contract.AbstractContractCopyFromLocalTest;
import org.apache.hadoop.fs.contract.AbstractContractCreateTest;
import org.apache.hadoop.fs.contract.AbstractContractDeleteTest;
import org.apache.hadoop.fs.contract.AbstractContractEtagTest;
import org.apache.hadoop.fs.contract.AbstractContractGetEnclosingRoot;
import org.apache.hadoop.fs.contract.AbstractContractGetFileStatusTest;
import org.apache.hadoop.fs.contract.AbstractContractMkdirTest;
import org.apache.hadoop.fs.contract.AbstractContractMultipartUploaderTest;
import org.apache.hadoop.fs.contract.AbstractContractOpenTest;
import org.apache.hadoop.fs.contract.AbstractContractPathHandleTest;
import org.apache.hadoop.fs.contract.AbstractContractRenameTest;
import org.apache.hadoop.fs.contract.AbstractContractRootDirectoryTest;
import org.apache.hadoop.fs.contract.AbstractContractSeekTest;
import org.apache.hadoop.fs.contract.AbstractContractSetTimesTest;
import org.apache.hadoop.fs.contract.AbstractContractStreamIOStatisticsTest;
import org.apache.hadoop.fs.contract.AbstractContractUnbufferTest;
import org.apache.hadoop.fs.contract.AbstractContractVectoredReadTest;
import org.apache.hadoop.fs.contract.AbstractFSContract;
import org.apache.hadoop.fs.statistics.StreamStatisticNames;
import org.apache.hadoop.io.wrappedio.WrappedIO;
import org.junit.experimental.runners.Enclosed;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/**
 * Hadoop's file-system contract by S3A on our store: every class of it, and no test left out, but
 * for two classes. Lease recovery and safe mode are HDFS's own interfaces; their tests ask first
 * that the file system is one of those that have them, which S3A is on no store.
 *
 * <p>Where a test is written again here, S3A differs from HDFS on every store, Amazon's too; what
 * it does instead is asserted. Tests that S3A cannot take at all (append, concat, setting times,
 * references to files) skip themselves by {@code contract/s3a.xml}.
 */
@RunWith(Enclosed.class)
public class S3aContractTest {
  public static class Append extends AbstractContractAppendTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class BulkDelete extends AbstractContractBulkDeleteTest {
    private static final int PAGE = 20;

    @Override
    protected Configuration createConfiguration() {
      Configuration configuration = super.createConfiguration();
      configuration.setInt("fs.s3a.bulk.delete.page.size", PAGE);
      configuration.setBoolean("fs.s3a.impl.disable.cache", true);
      return configuration;
    }

    @Override
    public void teardown() throws Exception {
      super.teardown();
      getFileSystem().close();
    }

    @Override
    protected int getExpectedPageSize() {
      return PAGE;
    }

    @Override
    public void validatePageSize() throws Exception {
      assertEquals(PAGE, WrappedIO.bulkDelete_pageSize(getFileSystem(), path("base")));
    }

    /** A bulk delete is of objects: one that names a directory is no failure, and deletes none. */
    @Override
    public void testBulkDeleteParentDirectoryWithDirectories() throws Exception {
      Path directory = path("parent");
      mkdirs(new Path(directory, "child"));
      assertTrue(
          WrappedIO.bulkDelete_delete(
                  getFileSystem(), getContract().getTestPath(), List.of(directory))
              .isEmpty());
      assertIsDirectory(new Path(directory, "child"));
    }

    @Override
    public void testBulkDeleteParentDirectoryWithFiles() throws Exception {
      Path directory = path("parent");
      touch(getFileSystem(), new Path(directory, "file"));
      assertTrue(
          WrappedIO.bulkDelete_delete(
                  getFileSystem(), getContract().getTestPath(), List.of(directory))
              .isEmpty());
      assertIsFile(new Path(directory, "file"));
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Concat extends AbstractContractConcatTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class ContentSummary extends AbstractContractContentSummaryTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class CopyFromLocal extends AbstractContractCopyFromLocalTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Create extends AbstractContractCreateTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Delete extends AbstractContractDeleteTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Etag extends AbstractContractEtagTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class GetEnclosingRoot extends AbstractContractGetEnclosingRoot {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class GetFileStatus extends AbstractContractGetFileStatusTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Mkdir extends AbstractContractMkdirTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Multipart extends AbstractContractMultipartUploaderTest {
    @Override
    protected int partSizeInBytes() {
      return 5 << 20;
    }

    private boolean aborting;

    /** Completing once more with the same parts succeeds, as on Amazon's; aborting does not. */
    @Override
    protected boolean finalizeConsumesUploadIdImmediately() {
      return aborting;
    }

    @Override
    public void testMultipartUploadAbort() throws Exception {
      aborting = true;
      super.testMultipartUploadAbort();
    }

    @Override
    protected boolean supportsConcurrentUploadsToSamePath() {
      return true;
    }

    /** There are no directories: an object may have the name of one, and is found before it. */
    @Override
    public void testDirectoryInTheWay() throws Exception {
      Path path = methodPath();
      mkdirs(path);
      try (MultipartUploader uploader = getFileSystem().createMultipartUploader(path).build()) {
        UploadHandle upload = uploader.startUpload(path).get();
        InputStream bytes = new ByteArrayInputStream(new byte[10]);
        PartHandle part = uploader.putPart(upload, 1, true, path, bytes, 10).get();
        uploader.complete(upload, path, Map.of(1, part)).get();
      }
      assertIsFile(path);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Open extends AbstractContractOpenTest {
    /** S3A cannot know how a bucket encrypts, and says that it does. */
    @Override
    protected boolean areZeroByteFilesEncrypted() {
      return true;
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class PathHandle extends AbstractContractPathHandleTest {
    public PathHandle(String name, Options.HandleOpt[] options, boolean serialized) {
      super(name, options, serialized);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Rename extends AbstractContractRenameTest {
    /** S3A looks one level up only for a file in the way. */
    @Override
    public void testRenameFileUnderFileSubdir() throws Exception {
      Path file = path("file");
      Path source = path("source");
      Path target = new Path(new Path(file, "parent"), "target");
      touch(getFileSystem(), file);
      touch(getFileSystem(), source);
      assertTrue(rename(source, target));
      assertIsFile(target);
      assertPathDoesNotExist("it was moved", source);
    }

    /** S3A refuses it, as HDFS's shell would not. */
    @Override
    public void testRenameDirIntoExistingDir() throws Throwable {
      Path source = new Path(path("source"), "s");
      Path target = new Path(path("target"), "t");
      touch(getFileSystem(), source);
      touch(getFileSystem(), target);
      assertFalse(rename(source.getParent(), target.getParent()));
      assertIsFile(source);
      assertIsFile(target);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class RootDirectory extends AbstractContractRootDirectoryTest {
    /** S3A answers false and does nothing. */
    @Override
    public void testRmNonEmptyRootDirNonRecursive() throws Throwable {
      Path file = new Path("/in-the-root");
      touch(getFileSystem(), file);
      assertFalse(getFileSystem().delete(new Path("/"), false));
      assertIsFile(file);
      assertDeleted(file, false);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  @RunWith(Parameterized.class)
  public static class Seek extends AbstractContractSeekTest {
    private final String policy;

    public Seek(String policy) {
      this.policy = policy;
    }

    /** The ways S3A reads: one long request, many short ones, and what it thinks best. */
    @Parameterized.Parameters(name = "{0}")
    public static List<String> policies() {
      return List.of("sequential", "random", "default");
    }

    @Override
    protected Configuration createConfiguration() {
      Configuration configuration = super.createConfiguration();
      configuration.set("fs.s3a.experimental.input.fadvise", policy);
      configuration.setInt("fs.s3a.readahead.range", 1024);
      configuration.setBoolean("fs.s3a.impl.disable.cache", true);
      return configuration;
    }

    @Override
    public void teardown() throws Exception {
      super.teardown();
      getFileSystem().close();
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class SetTimes extends AbstractContractSetTimesTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class StreamIOStatistics extends AbstractContractStreamIOStatisticsTest {
    @Override
    public List<String> outputStreamStatisticKeys() {
      return List.of(
          StreamStatisticNames.STREAM_WRITE_BYTES, StreamStatisticNames.STREAM_WRITE_BLOCK_UPLOADS);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class Unbuffer extends AbstractContractUnbufferTest {
    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }

  public static class VectoredRead extends AbstractContractVectoredReadTest {
    public VectoredRead(String buffers) {
      super(buffers);
    }

    @Override
    protected AbstractFSContract createContract(Configuration configuration) {
      return new S3aContract(configuration);
    }
  }
}
