package dev.sluice.lake.power;

import java.util.List;

/**
 * One thing asked of the store.
 *
 * @param keys those it changes
 * @param subject what else it names: a version, an upload, a stage, a state of versioning
 * @param number of a part
 * @param body what it writes; without pieces where it writes nothing
 */
record Deed(Kind kind, String bucket, List<String> keys, String subject, int number, Body body) {
  /** Kinds of deeds. */
  enum Kind {
    CREATE_BUCKET,
    SET_VERSIONING,
    SET_DURABILITY,
    PUT,
    DELETE,
    DELETE_VERSION,
    DELETE_ALL,
    CREATE_UPLOAD,
    ADD_PART,
    COMPLETE,
    ABORT,
    STAGE_PUT,
    STAGE_DELETE,
    PUBLISH,
    DROP
  }

  private static final Body NOTHING = new Body(List.of(), Body.Origin.PUT);

  Deed {
    keys = List.copyOf(keys);
  }

  static Deed of(Kind kind, String bucket, String key) {
    return new Deed(kind, bucket, List.of(key), "-", 0, NOTHING);
  }

  static Deed ofBucket(Kind kind, String bucket, String subject) {
    return new Deed(kind, bucket, List.of(), subject, 0, NOTHING);
  }

  Deed on(String about) {
    return new Deed(kind, bucket, keys, about, number, body);
  }

  Deed part(int which) {
    return new Deed(kind, bucket, keys, subject, which, body);
  }

  Deed with(Body bytes) {
    return new Deed(kind, bucket, keys, subject, number, bytes);
  }

  /** Whether it adds to the stage, or ends it. */
  boolean ofStage(String home, String stage) {
    boolean staging =
        switch (kind) {
          case STAGE_PUT, STAGE_DELETE, PUBLISH, DROP -> true;
          default -> false;
        };
    return staging && bucket.equals(home) && subject.equals(stage);
  }

  String key() {
    return keys.get(0);
  }

  String line() {
    String names = keys.isEmpty() ? "-" : String.join(",", keys);
    return String.join(
        " ", kind.name(), bucket, names, subject, Integer.toString(number), body.toString());
  }

  static Deed parse(List<String> fields) {
    String names = fields.get(2);
    return new Deed(
        Kind.valueOf(fields.get(0)),
        fields.get(1),
        names.equals("-") ? List.of() : List.of(names.split(",", -1)),
        fields.get(3),
        Integer.parseInt(fields.get(4)),
        Body.parse(fields.get(5)));
  }
}
