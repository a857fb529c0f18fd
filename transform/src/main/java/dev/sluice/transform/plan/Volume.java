package dev.sluice.transform.plan;

/** How much a step reads: data files and delete files, as a scan of the table plans them. */
public record Volume(long files, long bytes) {
  public static final Volume NONE = new Volume(0, 0);

  public Volume plus(Volume other) {
    return new Volume(files + other.files, bytes + other.bytes);
  }
}
