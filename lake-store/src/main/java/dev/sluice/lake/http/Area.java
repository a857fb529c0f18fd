package dev.sluice.lake.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What is behind some of a server's paths. */
public interface Area {
  /** Whether a path, as sent, belongs here. */
  boolean owns(String path);

  /**
   * What it answers of what is ours, all under {@code /api/}: a call there that none of these takes
   * never arrives. What a protocol of others has is not told of.
   */
  default List<Route> routes() {
    return List.of();
  }

  /** Whether this path is for those, too, who do not say who they are. */
  default boolean open(String path) {
    return false;
  }

  /** The threads that answer; calls beyond their queue are refused before they reach the area. */
  Workers workers();

  /** The threads for one call, where not all calls shall wait in one queue. */
  default Workers workers(Call call) {
    return workers();
  }

  /** Answers one call; may block. */
  Answer answer(Call call);

  /** Completes when the reply may leave; it waits here without a thread. */
  default CompletionStage<Boolean> leave(Call call, Reply reply) {
    return CompletableFuture.completedFuture(true);
  }
}
