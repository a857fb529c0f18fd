package dev.sluice.lake.access;

/** What a request is about. */
public sealed interface Target {
  /** The list of an account's buckets; which of them a key sees is asked for each. */
  record Buckets() implements Target {}

  /** A bucket itself, known to whoever has a grant on any part of it. */
  record Bucket(String name) implements Target {}

  /** The list of a bucket's keys that start with a prefix. */
  record Listing(String bucket, String prefix) implements Target {}

  /** One key of a bucket. */
  record Key(String bucket, String key) implements Target {}
}
