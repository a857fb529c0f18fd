package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;

/** Listings page by page: nothing twice, nothing left out, whatever the size of a page. */
class VersionListingTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    s3.createBucket(each -> each.bucket("lake"));
  }

  @AfterEach
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private void versioning(BucketVersioningStatus status) {
    s3.putBucketVersioning(
        each -> each.bucket("lake").versioningConfiguration(v -> v.status(status)));
  }

  private void put(String key) {
    s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromString(key));
  }

  private void history() {
    put("a/1");
    put("b");
    versioning(BucketVersioningStatus.ENABLED);
    put("a/1");
    put("a/2");
    put("b");
    put("b");
    s3.deleteObject(each -> each.bucket("lake").key("b"));
    put("c/1");
    s3.deleteObject(each -> each.bucket("lake").key("c/1"));
    put("d d+\u00fc");
    versioning(BucketVersioningStatus.SUSPENDED);
    put("b");
  }

  private static List<String> lines(ListObjectVersionsResponse page) {
    List<String> lines = new ArrayList<>();
    page.versions()
        .forEach(each -> lines.add(each.key() + " " + each.versionId() + each.isLatest()));
    page.deleteMarkers()
        .forEach(each -> lines.add(each.key() + " " + each.versionId() + each.isLatest()));
    page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(lines::add);
    return lines;
  }

  private List<String> walk(ListObjectVersionsRequest request) {
    List<String> lines = new ArrayList<>();
    ListObjectVersionsResponse page = s3.listObjectVersions(request);
    lines.addAll(lines(page));
    while (page.isTruncated()) {
      assertThat(lines(page)).hasSize(request.maxKeys());
      ListObjectVersionsRequest next =
          request.toBuilder()
              .keyMarker(page.nextKeyMarker())
              .versionIdMarker(page.nextVersionIdMarker())
              .build();
      page = s3.listObjectVersions(next);
      lines.addAll(lines(page));
    }
    assertThat(page.nextKeyMarker()).isNull();
    assertThat(page.nextVersionIdMarker()).isNull();
    return lines;
  }

  @Test
  void pagesOfVersionsMakeTheWhole() {
    history();
    for (String delimiter : List.of("", "/")) {
      for (String prefix : List.of("", "a/", "b", "none")) {
        ListObjectVersionsRequest.Builder request =
            ListObjectVersionsRequest.builder().bucket("lake").prefix(prefix);
        if (!delimiter.isEmpty()) {
          request.delimiter(delimiter);
        }
        List<String> whole = lines(s3.listObjectVersions(request.build()));
        for (int max = 1; max <= whole.size() + 1; max++) {
          assertThat(walk(request.maxKeys(max).build()))
              .as("prefix %s delimiter %s max %d", prefix, delimiter, max)
              .containsExactlyInAnyOrderElementsOf(whole);
        }
      }
    }
  }

  @Test
  void versionsDeletedBetweenPagesHideNoOthers() {
    history();
    ListObjectVersionsRequest request =
        ListObjectVersionsRequest.builder().bucket("lake").maxKeys(1).build();
    ListObjectVersionsResponse page = s3.listObjectVersions(request);
    int deleted = 0;
    while (true) {
      for (var each : page.versions()) {
        s3.deleteObject(d -> d.bucket("lake").key(each.key()).versionId(each.versionId()));
        deleted++;
      }
      for (var each : page.deleteMarkers()) {
        s3.deleteObject(d -> d.bucket("lake").key(each.key()).versionId(each.versionId()));
        deleted++;
      }
      if (!page.isTruncated()) {
        break;
      }
      page =
          s3.listObjectVersions(
              request.toBuilder()
                  .keyMarker(page.nextKeyMarker())
                  .versionIdMarker(page.nextVersionIdMarker())
                  .build());
    }
    assertThat(deleted).isEqualTo(10);
    s3.deleteBucket(each -> each.bucket("lake"));
  }

  @Test
  void theFirstListingNamesANextMarkerOnlyWithADelimiter() throws Exception {
    List.of("a/1", "a/2", "b", "c").forEach(this::put);
    ListObjectsResponse plain = s3.listObjects(each -> each.bucket("lake").maxKeys(2));
    assertThat(plain.isTruncated()).isTrue();
    assertThat(plain.nextMarker()).isNull();
    ListObjectsResponse rolled =
        s3.listObjects(each -> each.bucket("lake").delimiter("/").maxKeys(1));
    assertThat(rolled.nextMarker()).isEqualTo("a/");
    assertThat(
            s3.listObjects(each -> each.bucket("lake").delimiter("/").marker("a/").maxKeys(5))
                .contents())
        .extracting(each -> each.key())
        .containsExactly("b", "c");
    RawClient raw = new RawClient(lake.endpoint());
    assertThat(raw.send("GET", "/lake?max-keys=0").text())
        .contains("<IsTruncated>false</IsTruncated>", "<MaxKeys>0</MaxKeys>")
        .doesNotContain("<Contents>");
    assertThat(raw.send("GET", "/none?versions&max-keys=0").code()).isEqualTo("NoSuchBucket");
    put("x y+z");
    assertThat(raw.send("GET", "/lake?encoding-type=url&prefix=x%20").text())
        .contains("<Key>x%20y%2Bz</Key>", "<Prefix>x%20</Prefix>", "<ID>main</ID>");
    assertThat(raw.send("GET", "/lake?list-type=2&prefix=x%20").text()).doesNotContain("<Owner>");
    assertThat(raw.send("GET", "/lake?list-type=2&fetch-owner=true").text()).contains("<Owner>");
    assertThat(raw.send("GET", "/lake?max-keys=-1").code()).isEqualTo("InvalidArgument");
  }
}
