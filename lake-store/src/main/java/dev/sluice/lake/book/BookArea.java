package dev.sluice.lake.book;

import dev.sluice.lake.book.said.RefusedEditException;
import dev.sluice.lake.book.search.Question;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
  public List<Route> routes() {
    return Arrays.stream(BookRoute.values())
        .map(each -> new Route(each.method(), each.path(), Set.copyOf(each.parameters())))
        .toList();
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    String method = call.method().equals("HEAD") ? "GET" : call.method();
    BookRoute.Match match = BookRoute.of(method, call.path()).orElseThrow();
    long start = System.nanoTime();
    Reply reply = answer(match, call);
    Timer.builder("sluice.book.requests")
        .description("questions to the data book")
        .tag("route", match.route().name().toLowerCase(Locale.ROOT))
        .tag("status", Integer.toString(reply.status()))
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - start));
    return reply;
  }

  private Reply answer(BookRoute.Match match, Call call) {
    try {
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
