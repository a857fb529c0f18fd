package dev.sluice.lake.book;

import dev.sluice.lake.book.said.RefusedEditException;
import dev.sluice.lake.book.search.Question;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The book over HTTP, under {@code /api/v1/book}. */
final class BookArea implements Area {
  private static final Logger LOG = LoggerFactory.getLogger(BookArea.class);

  private final BookCalls calls;
  private final Workers workers;
  private final MeterRegistry registry;

  BookArea(BookCalls calls, Workers workers, MeterRegistry registry) {
    this.calls = calls;
    this.workers = workers;
    this.registry = registry;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(BookRoute.ROOT) || path.startsWith(BookRoute.ROOT + "/");
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    Optional<BookRoute.Match> match = BookRoute.of(call.method(), call.path());
    if (match.isEmpty()) {
      return BookRoute.known(call.path())
          ? Reply.error(405, "BadRequestException", call.path() + " takes no " + call.method())
          : Reply.error(404, "NotFoundException", "nothing is served at " + call.path());
    }
    long start = System.nanoTime();
    Reply reply = answer(match.get(), call);
    Timer.builder("sluice.book.requests")
        .description("questions to the data book")
        .tag("route", match.get().route().name().toLowerCase(Locale.ROOT))
        .tag("status", Integer.toString(reply.status()))
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - start));
    return reply;
  }

  private Reply answer(BookRoute.Match match, Call call) {
    try {
      for (String parameter : call.query().keySet()) {
        if (!match.route().parameters().contains(parameter)) {
          throw RefusedCall.wrong(
              "query parameter '" + parameter + "' is not understood here and would be ignored");
        }
      }
      return calls.answer(match, call);
    } catch (RefusedCall refused) {
      return refused.reply();
    } catch (RefusedEditException | Question.MalformedException wrong) {
      return Reply.error(400, "BadRequestException", wrong.getMessage());
    } catch (RuntimeException failure) {
      LOG.warn("{} {} failed", call.method(), call.path(), failure);
      return Reply.error(
          500, "InternalServerError", "the book cannot be read: " + failure.getMessage());
    }
  }
}
