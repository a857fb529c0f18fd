package dev.sluice.lake;

import dev.sluice.lake.http.Answer;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.name.Dotted;
import dev.sluice.lake.usage.Usage;
import dev.sluice.lake.usage.Use;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.rest.RESTUtil;

/** The Iceberg catalog, where each table that was loaded is told of. */
final class LoadWatch implements Area {
  private static final Pattern TABLE = Pattern.compile("/v1/namespaces/([^/]+)/tables/([^/]+)");
  private static final String SEPARATOR = "%1F";

  private final Area catalog;
  private final Usage usage;
  private final InstantSource clock;

  LoadWatch(Area catalog, Usage usage, InstantSource clock) {
    this.catalog = catalog;
    this.usage = usage;
    this.clock = clock;
  }

  @Override
  public boolean owns(String path) {
    return catalog.owns(path);
  }

  @Override
  public List<Route> routes() {
    return catalog.routes();
  }

  @Override
  public boolean open(String path) {
    return catalog.open(path);
  }

  @Override
  public Workers workers() {
    return catalog.workers();
  }

  @Override
  public Workers workers(Call call) {
    return catalog.workers(call);
  }

  @Override
  public Answer answer(Call call) {
    Answer answer = catalog.answer(call);
    if (answer instanceof Reply reply
        && call.method().equals("GET")
        && (reply.status() == 200 || reply.status() == 304)) {
      Matcher matcher = TABLE.matcher(call.path());
      if (matcher.matches()) {
        String namespace =
            Dotted.of(RESTUtil.decodeNamespaceAsPathSegment(matcher.group(1), SEPARATOR).levels());
        String name = RESTUtil.decodePathSegment(matcher.group(2));
        Use.OfTable table = new Use.OfTable(namespace, name, List.of());
        usage.note(new Use.Load(clock.instant(), call.caller(), Engines.of(call), table));
      }
    }
    return answer;
  }

  @Override
  public CompletionStage<Boolean> leave(Call call, Reply reply) {
    return catalog.leave(call, reply);
  }
}
