package dev.sluice.lake.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import dev.sluice.lake.catalog.FileAccess;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** Prefixes of objects, put there by S3, as the catalog tells of them. */
class DatasetTest {
  /** Nothing is read of the store's changes but when somebody asks. */
  private static final Map<String, String> SELDOM =
      Map.of("SLUICE_DATASETS_FOLLOW", "1h", "SLUICE_DATASETS_LISTING", "1ms");

  private static final int ASKED_AT_MOST = 20_000;

  private static void put(S3Client s3, String key, String type, int size) {
    s3.putObject(
        request -> request.bucket("box").key(key).contentType(type),
        RequestBody.fromBytes(new byte[size]));
  }

  private static HttpResponse<String> declare(CatalogRig rig, String name, String body) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/datasets/" + name))
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JsonNode ask(CatalogRig rig, String path) {
    HttpResponse<String> answer = rig.get("/api/v1/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return CatalogRig.json(answer);
  }

  private static JsonNode askUntil(CatalogRig rig, String name, String state) {
    JsonNode answer = ask(rig, "datasets/" + name);
    for (int i = 0; !answer.path("state").asText().equals(state) && i < ASKED_AT_MOST; i++) {
      answer = ask(rig, "datasets/" + name);
    }
    assertThat(answer.path("state").asText()).isEqualTo(state);
    return answer;
  }

  private static String numbers(JsonNode answer) {
    StringBuilder numbers = new StringBuilder(answer.path("objects") + "/" + answer.path("bytes"));
    for (JsonNode type : answer.path("types")) {
      numbers.append(' ').append(type.path("type").asText());
      numbers.append(' ').append(type.path("objects")).append('/').append(type.path("bytes"));
    }
    return numbers.toString();
  }

  @Test
  void whatADatasetHoldsIsCountedOnceAndThenFollowed(@TempDir Path directory) throws Exception {
    countAndFollow(new CatalogRig(directory, SELDOM));
  }

  @Test
  void postgresHoldsTheSame(@TempDir Path directory) throws Exception {
    Map<String, String> settings = new HashMap<>(SELDOM);
    settings.putAll(Postgres.ofItsOwn());
    countAndFollow(new CatalogRig(directory.resolve("lake"), settings));
  }

  private static void countAndFollow(CatalogRig rig) throws Exception {
    try (S3Client s3 = rig.s3()) {
      s3.createBucket(request -> request.bucket("box"));
      put(s3, "img/a.jpg", "image/jpeg", 10);
      put(s3, "img/b.JPG", "application/octet-stream", 5);
      put(s3, "img/notes", "", 1);
      put(s3, "other/c.csv", "text/csv; charset=utf-8", 100);
      HttpResponse<String> made =
          declare(
              rig,
              "pictures",
              """
              {"bucket":"box","prefix":"img/","description":"of products","owner":"shop",
               "onCall":"shop-oncall","tags":["pii:none"]}
              """);
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      JsonNode counted = askUntil(rig, "pictures", "followed");
      assertThat(numbers(counted)).isEqualTo("3/16 image/jpeg 2/15 unknown 1/1");
      assertThat(counted.path("owner").asText()).isEqualTo("shop");
      assertThat(counted.path("location").asText()).isEqualTo("s3://box/img/");

      put(s3, "img/a.jpg", "image/png", 20);
      put(s3, "img/d.png", "image/png", 7);
      put(s3, "elsewhere/d.png", "image/png", 7);
      s3.deleteObject(request -> request.bucket("box").key("img/notes"));
      JsonNode followed = ask(rig, "datasets/pictures");
      assertThat(numbers(followed)).isEqualTo("3/32 image/png 2/27 image/jpeg 1/5");
      assertThat(Instant.parse(followed.path("lastChange").asText()))
          .isAfterOrEqualTo(Instant.parse(counted.path("lastChange").asText()));

      JsonNode suggested = ask(rig, "dataset-suggestions").path("suggestions");
      assertThat(suggested.findValuesAsText("prefix"))
          .contains("other/", "elsewhere/")
          .doesNotContain("img/");
    } finally {
      rig.stop();
    }
  }

  @Test
  void versionsThatAreHiddenOrRestoredAreFollowedOverAStop(@TempDir Path directory)
      throws Exception {
    CatalogRig rig = new CatalogRig(directory, SELDOM);
    try (S3Client s3 = rig.s3()) {
      s3.createBucket(request -> request.bucket("box"));
      s3.putBucketVersioning(
          request ->
              request
                  .bucket("box")
                  .versioningConfiguration(each -> each.status(BucketVersioningStatus.ENABLED)));
      put(s3, "a.txt", "text/plain", 3);
      declare(rig, "all", "{\"bucket\":\"box\"}");
      askUntil(rig, "all", "followed");
      put(s3, "a.txt", "text/plain", 4);
      put(s3, "b.txt", "text/plain", 5);
    } finally {
      rig.stop();
    }
    CatalogRig again = new CatalogRig(directory, SELDOM);
    try (S3Client s3 = again.s3()) {
      assertThat(numbers(ask(again, "datasets/all"))).isEqualTo("2/9 text/plain 2/9");
      String marker = s3.deleteObject(request -> request.bucket("box").key("a.txt")).versionId();
      assertThat(numbers(ask(again, "datasets/all"))).isEqualTo("1/5 text/plain 1/5");
      s3.deleteObject(request -> request.bucket("box").key("a.txt").versionId(marker));
      assertThat(numbers(ask(again, "datasets/all"))).isEqualTo("2/9 text/plain 2/9");
    } finally {
      again.stop();
    }
  }

  @Test
  void aStoreThatTellsNoChangesIsListed(@TempDir Path directory) throws Exception {
    CatalogRig store = new CatalogRig(directory.resolve("store"));
    FileAccess access = store.lake().access();
    FileAccess.Keys keys = access.keys().orElseThrow();
    CatalogRig rig =
        new CatalogRig(
            Files.createDirectory(directory.resolve("other")),
            Map.of(
                "SLUICE_STORAGE_KIND",
                "s3",
                "SLUICE_STORAGE_ENDPOINT",
                access.endpoint().orElseThrow().toString(),
                "SLUICE_STORAGE_ACCESS_KEY",
                keys.accessKey(),
                "SLUICE_STORAGE_SECRET_KEY",
                keys.secretKey().value(),
                "SLUICE_DATASETS_FOLLOW",
                "20ms",
                "SLUICE_DATASETS_LISTING",
                "1ms"));
    try (S3Client s3 = store.s3()) {
      s3.createBucket(request -> request.bucket("box"));
      put(s3, "img/a.jpg", "image/jpeg", 10);
      put(s3, "img/b.jpg", "image/jpeg", 10);
      declare(rig, "pictures", "{\"bucket\":\"box\",\"prefix\":\"img/\"}");
      assertThat(numbers(askUntil(rig, "pictures", "listed"))).isEqualTo("2/20 image/jpeg 2/20");
      assertThat(rig.get("/api/v1/dataset-suggestions").statusCode()).isEqualTo(501);
      s3.deleteObject(request -> request.bucket("box").key("img/b.jpg"));
      JsonNode answer = ask(rig, "datasets/pictures");
      for (int i = 0; answer.path("objects").asInt() != 1 && i < ASKED_AT_MOST; i++) {
        answer = ask(rig, "datasets/pictures");
      }
      assertThat(numbers(answer)).isEqualTo("1/10 image/jpeg 1/10");
    } finally {
      rig.stop();
      store.stop();
    }
  }

  @Test
  void aDeclarationIsCheckedChangedAndRemoved(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory, SELDOM);
    try (S3Client s3 = rig.s3()) {
      s3.createBucket(request -> request.bucket("box"));
      put(s3, "one/a.txt", "text/plain", 3);
      put(s3, "two/a.txt", "text/plain", 4);
      assertThat(declare(rig, "d", "{").body()).contains("not JSON");
      assertThat(declare(rig, "d", "{}").body()).contains("bucket is missing");
      assertThat(declare(rig, "d", "{\"bucket\":\"none\"}").body()).contains("no bucket 'none'");
      assertThat(declare(rig, "d", "{\"bucket\":\"box\",\"ownr\":\"x\"}").body())
          .contains("'ownr'");
      assertThat(declare(rig, "d", "{\"bucket\":\"box\",\"owner\":1}").body()).contains("owner");
      assertThat(declare(rig, "d", "{\"bucket\":\"box\",\"tags\":[\"a b\"]}").body())
          .contains("a tag is");
      assertThat(declare(rig, "-d", "{\"bucket\":\"box\"}").statusCode()).isEqualTo(400);
      assertThat(rig.get("/api/v1/datasets/d").statusCode()).isEqualTo(404);

      declare(rig, "d", "{\"bucket\":\"box\",\"prefix\":\"one/\"}");
      askUntil(rig, "d", "followed");
      String moved = "{\"bucket\":\"box\",\"prefix\":\"two/\"}";
      assertThat(declare(rig, "d", moved).statusCode()).isEqualTo(200);
      assertThat(numbers(askUntil(rig, "d", "followed"))).isEqualTo("1/4 text/plain 1/4");
      assertThat(ask(rig, "datasets").path("datasets")).hasSize(1);
      HttpRequest.Builder remove =
          HttpRequest.newBuilder(rig.uri().resolve("/api/v1/datasets/d")).DELETE();
      assertThat(rig.send(remove).statusCode()).isEqualTo(204);
      assertThat(rig.send(remove).statusCode()).isEqualTo(404);
      assertThat(ask(rig, "datasets").path("datasets")).isEmpty();
    } finally {
      rig.stop();
    }
  }

  @Test
  void theBooksSearchFindsWhatIsDeclaredForThoseWhoMaySeeIt(@TempDir Path directory)
      throws Exception {
    Path yaml =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: the-owner-of-it-all
              principals:
                - {name: all, token: the-reader-of-all, read: ["*"]}
                - {name: some, token: the-reader-of-gold, read: [gold]}
            """);
    CatalogRig rig = new CatalogRig(directory.resolve("lake"), SELDOM, Optional.of(yaml));
    try {
      String said =
          "{\"bucket\":\"lake\",\"owner\":\"shop\",\"tags\":[\"photo\"],\"description\":\"%s\"}";
      assertThat(search(rig, "the-owner-of-it-all", "goods").path("total").asInt()).isZero();
      declareAs(rig, "the-owner-of-it-all", "pictures", said.formatted("Of all goods."));
      for (String words :
          List.of("pictures", "goods", "kind:dataset", "tag:photo", "owner:shop kind:dataset")) {
        JsonNode hit = search(rig, "the-reader-of-all", words).at("/hits/0");
        assertThat(hit.path("name").asText()).as(words).isEqualTo("pictures");
        assertThat(hit.path("kind").asText()).isEqualTo("dataset");
        assertThat(search(rig, "the-reader-of-gold", words).path("total").asInt()).isZero();
      }
      assertThat(search(rig, "the-reader-of-all", "goods kind:table").path("total").asInt())
          .isZero();
      declareAs(rig, "the-owner-of-it-all", "pictures", said.formatted("Of shelves."));
      assertThat(search(rig, "the-reader-of-all", "goods").path("total").asInt()).isZero();
      assertThat(search(rig, "the-reader-of-all", "shelves").path("total").asInt()).isOne();
      assertThat(as(rig, "the-reader-of-all", "book").body()).contains("\"tables\":0");
      assertThat(as(rig, "the-reader-of-all", "book/tables").body()).contains("\"total\":0");
      assertThat(as(rig, "the-reader-of-all", "book/tables/pictures").statusCode()).isEqualTo(404);
      rig.send(
          HttpRequest.newBuilder(rig.uri().resolve("/api/v1/datasets/pictures"))
              .header("Authorization", "Bearer the-owner-of-it-all")
              .DELETE());
      assertThat(search(rig, "the-reader-of-all", "shelves").path("total").asInt()).isZero();
    } finally {
      rig.stop();
    }
  }

  private static void declareAs(CatalogRig rig, String token, String name, String body) {
    HttpResponse<String> answer =
        rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/api/v1/datasets/" + name))
                .header("Authorization", "Bearer " + token)
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
  }

  private static HttpResponse<String> as(CatalogRig rig, String token, String path) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/" + path))
            .header("Authorization", "Bearer " + token));
  }

  private static JsonNode search(CatalogRig rig, String token, String words) {
    String asked = URLEncoder.encode(words, StandardCharsets.UTF_8);
    return CatalogRig.json(as(rig, token, "book/search?q=" + asked));
  }
}
