package dev.sluice.ingest.gateway;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** A body on its way through: passed on as it is, and each part told. */
final class Flow implements ReadStream<Buffer> {
  private final ReadStream<Buffer> source;
  private final Runnable moved;
  private final Runnable ended;

  Flow(ReadStream<Buffer> source, Runnable moved, Runnable ended) {
    this.source = source;
    this.moved = moved;
    this.ended = ended;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    source.exceptionHandler(handler);
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> handler) {
    source.handler(
        handler == null
            ? null
            : part -> {
              moved.run();
              handler.handle(part);
            });
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    source.pause();
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    source.resume();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    source.fetch(amount);
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> handler) {
    source.endHandler(
        handler == null
            ? null
            : end -> {
              ended.run();
              handler.handle(null);
            });
    return this;
  }
}
