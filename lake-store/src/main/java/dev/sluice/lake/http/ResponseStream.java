package dev.sluice.lake.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A response written by a worker and sent by its event loop. At most {@link #UNDER_WAY} pieces wait
 * for the network; the worker waits when there are more. The first piece is larger and stays a
 * while, so that what fails early can still be told by a status.
 */
final class ResponseStream extends Outlet {
  private static final int UNDER_WAY = 4;
  private static final int FIRST = 256 * 1024;
  private static final int PIECE = 64 * 1024;

  /** Rows that come slowly do not wait for a full piece. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HttpServerRequest request;
  private final Context context;
  private final Semaphore permits = new Semaphore(UNDER_WAY);
  private final List<Runnable> farewells = new ArrayList<>();
  private final byte[] piece = new byte[FIRST];
  private Streamed answer;
  private int filled;
  private boolean begun;
  private long shipped = System.nanoTime();
  private long waited;
  private long waitingSince;
  private boolean gone;

  /** Made on the event loop, before the worker begins, so that no hang-up is missed. */
  ResponseStream(HttpServerRequest request, Context context) {
    this.request = request;
    this.context = context;
    request.response().closeHandler(closed -> leave());
    request.response().exceptionHandler(broken -> leave());
  }

  /** Writes a whole answer; blocks. */
  void run(Streamed streamed) throws IOException, RefusedCallException {
    answer = streamed;
    shipped = System.nanoTime();
    streamed.script().write(this);
    if (begun) {
      ship();
    }
    Buffer whole = Buffer.buffer().appendBytes(piece, 0, filled);
    boolean rest = !begun;
    context.runOnContext(
        nothing -> {
          HttpServerResponse response = request.response();
          if (response.closed() || response.ended()) {
            return;
          }
          if (rest) {
            head(response);
            response.end(whole);
          } else {
            response.end();
          }
        });
  }

  /** Lets what is written leave, then ends the connection without ending the body. */
  void breakOff() {
    try {
      ship();
      await(UNDER_WAY);
    } catch (IOException left) {
      // Nobody is there to be told.
    }
    context.runOnContext(nothing -> request.connection().close());
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public synchronized long waitedNanos() {
    return waited + (waitingSince == 0 ? 0 : System.nanoTime() - waitingSince);
  }

  @Override
  public void whenGone(Runnable action) {
    synchronized (farewells) {
      if (!gone) {
        farewells.add(action);
        return;
      }
    }
    action.run();
  }

  boolean gone() {
    synchronized (farewells) {
      return gone;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int taken = 0;
    while (taken < length) {
      int room = (begun ? PIECE : FIRST) - filled;
      int next = Math.min(room, length - taken);
      System.arraycopy(bytes, offset + taken, piece, filled, next);
      filled += next;
      taken += next;
      if (next == room) {
        ship();
      }
    }
    if (filled > 0 && System.nanoTime() - shipped > LINGER_NANOS) {
      ship();
    }
  }

  private void ship() throws IOException {
    await(1);
    Buffer full = Buffer.buffer().appendBytes(piece, 0, filled);
    boolean first = !begun;
    begun = true;
    filled = 0;
    shipped = System.nanoTime();
    context.runOnContext(nothing -> send(full, first));
  }

  private void send(Buffer full, boolean first) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      permits.release();
      leave();
      return;
    }
    if (first) {
      head(response);
      response.setChunked(true);
    }
    Future<Void> sent = full.length() == 0 ? Future.succeededFuture() : response.write(full);
    sent.onComplete(
        done -> {
          permits.release();
          if (done.failed()) {
            leave();
          }
        });
  }

  private void head(HttpServerResponse response) {
    response.setStatusCode(200);
    answer.headers().forEach(response::putHeader);
    response.putHeader("Content-Type", answer.contentType());
  }

  /** Waits until so many pieces may be given to the network. */
  private void await(int wanted) throws IOException {
    if (gone()) {
      throw new ClientGoneException("the client hung up");
    }
    synchronized (this) {
      waitingSince = System.nanoTime();
    }
    boolean taken;
    try {
      taken = permits.tryAcquire(wanted, answer.stall().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    } finally {
      synchronized (this) {
        waited += System.nanoTime() - waitingSince;
        waitingSince = 0;
      }
    }
    if (gone()) {
      throw new ClientGoneException("the client hung up");
    }
    if (!taken) {
      throw new ClientGoneException(
          "the client took nothing for " + answer.stall().toSeconds() + " s");
    }
  }

  private void leave() {
    List<Runnable> told;
    synchronized (farewells) {
      if (gone) {
        return;
      }
      gone = true;
      told = List.copyOf(farewells);
      farewells.clear();
    }
    permits.release(UNDER_WAY);
    told.forEach(Runnable::run);
  }
}
