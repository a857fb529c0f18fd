package dev.sluice.lake.http;

/** What is behind some of a server's paths. */
public interface Area {
  /** Whether a path, as sent, belongs here. */
  boolean owns(String path);

  /** The threads that answer; calls beyond their queue are refused before they reach the area. */
  Workers workers();

  /** The threads for one call, where not all calls shall wait in one queue. */
  default Workers workers(Call call) {
    return workers();
  }

  /** Answers one call; may block. */
  Answer answer(Call call);
}
