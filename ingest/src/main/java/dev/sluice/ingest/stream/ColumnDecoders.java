package dev.sluice.ingest.stream;

/** Gives each reader of a stream a decoder of its own. Safe for use by many threads. */
public interface ColumnDecoders {

  /** A decoder of the stream's events, as its format says, for one thread. */
  ColumnDecoder columns(Stream stream);
}
