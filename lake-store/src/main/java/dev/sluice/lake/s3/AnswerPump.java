package dev.sluice.lake.s3;

import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.OpenObject;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Sends bytes of an object, which were verified before. What lies in one file goes from the file to
 * the socket without passing through us.
 */
final class AnswerPump {
  private static final int BUFFER = 256 << 10;

  private final HttpServerResponse response;
  private final WorkerExecutor workers;
  private final S3Answer.Body.Bytes bytes;

  AnswerPump(HttpServerResponse response, WorkerExecutor workers, S3Answer.Body.Bytes bytes) {
    this.response = response;
    this.workers = workers;
    this.bytes = bytes;
  }

  Future<Void> run() {
    List<OpenObject.Slice> slices = bytes.slices();
    Future<Void> sent;
    if (slices.size() == 1 && slices.get(0) instanceof OpenObject.Slice.Memory memory) {
      byte[] copy = new byte[memory.bytes().remaining()];
      memory.bytes().duplicate().get(copy);
      sent = response.end(Buffer.buffer(copy));
    } else if (slices.size() == 1 && slices.get(0) instanceof OpenObject.Slice.File file) {
      sent = sendFile(file);
    } else {
      sent = pump(bytes.object().verifiedReader(bytes.offset(), bytes.length()));
    }
    return sent.eventually(this::close);
  }

  private Future<Void> close() {
    return workers.executeBlocking(
        () -> {
          bytes.object().close();
          return null;
        },
        false);
  }

  private Future<Void> sendFile(OpenObject.Slice.File file) {
    return workers
        .executeBlocking(() -> FileChannel.open(file.path(), StandardOpenOption.READ), false)
        .compose(
            channel ->
                response
                    .sendFile(channel, file.offset(), file.length())
                    .eventually(
                        () ->
                            workers.executeBlocking(
                                () -> {
                                  channel.close();
                                  return null;
                                },
                                false)));
  }

  private Future<Void> pump(ObjectReader reader) {
    response.setWriteQueueMaxSize(2 * BUFFER);
    Promise<Void> done = Promise.promise();
    response.exceptionHandler(done::tryFail);
    response.closeHandler(closed -> done.tryFail(new ClosedChannelException()));
    next(reader, done);
    return done.future()
        .compose(all -> response.end())
        .eventually(
            () ->
                workers.executeBlocking(
                    () -> {
                      reader.close();
                      return null;
                    },
                    false));
  }

  private void next(ObjectReader reader, Promise<Void> done) {
    workers
        .executeBlocking(() -> reader.next(BUFFER), false)
        .onFailure(done::tryFail)
        .onSuccess(piece -> write(reader, piece, done));
  }

  private void write(ObjectReader reader, Optional<byte[]> piece, Promise<Void> done) {
    if (done.future().isComplete()) {
      return;
    }
    if (piece.isEmpty()) {
      done.tryComplete();
      return;
    }
    response.write(Buffer.buffer(piece.get())).onFailure(done::tryFail);
    if (response.writeQueueFull()) {
      response.drainHandler(
          drained -> {
            response.drainHandler(null);
            next(reader, done);
          });
    } else {
      next(reader, done);
    }
  }
}
