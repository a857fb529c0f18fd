package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.KeptReply;
import dev.sluice.lake.catalog.registry.Receipt;
import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Carries a request that has a key out once, however often it is sent. That it was carried out is
 * noted in the transaction that does it, so a server that dies in between leaves both or neither.
 * What was refused for good is kept too; what failed, or was refused for want of a right, is not:
 * it may be sent again.
 */
final class Retries {
  private static final String HEADER = "idempotency-key";
  private static final Pattern KEY =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Set<Integer> NOT_FINAL = Set.of(401, 403, 408, 419, 429);

  /** What is done with a catalog. */
  interface Work {
    Reply on(LakeCatalog catalog);
  }

  private final LakeCatalog catalog;
  private final Stripes underWay = new Stripes();

  Retries(LakeCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * @param again answers for a change that was made by an earlier call
   */
  Reply once(Asked asked, Work work, Work again) {
    if (!asked.route().changes()) {
      return work.on(catalog);
    }
    Optional<String> header = asked.call().header(HEADER);
    if (header.isEmpty()) {
      return work.on(catalog.asking(asked.call().caller()));
    }
    String key = header.get();
    if (!KEY.matcher(key).matches()) {
      throw new BadRequestException("Idempotency-Key '%s' is not a UUID", key);
    }
    return underWay.holding(List.of(key), () -> keyed(asked, key, work, again));
  }

  private Reply keyed(Asked asked, String key, Work work, Work again) {
    Registry registry = catalog.registry();
    String digest = digest(asked.call());
    Optional<KeptReply> kept = registry.reply(key);
    if (kept.isPresent()) {
      return replay(kept.get(), digest, again);
    }
    try {
      return work.on(
          catalog
              .asking(asked.call().caller())
              .noting(new Receipt(key, digest, asked.route().success())));
    } catch (Receipt.Doubled elsewhere) {
      return replay(registry.reply(key).orElseThrow(() -> elsewhere), digest, again);
    } catch (RuntimeException failure) {
      Reply refusal = Refusals.of(failure);
      if (refusal.status() < 500 && !NOT_FINAL.contains(refusal.status())) {
        registry.keep(key, new KeptReply(digest, refusal.status(), refusal.body().toString()));
      }
      throw failure;
    }
  }

  private Reply replay(KeptReply kept, String digest, Work again) {
    if (!kept.digest().equals(digest)) {
      return Reply.error(
          422,
          "UnprocessableEntityException",
          "this Idempotency-Key was used for another request; make a new one");
    }
    if (kept.status() == 204) {
      return Reply.empty(204);
    }
    return kept.status() == 200 && kept.body().isEmpty()
        ? again.on(catalog)
        : new Reply(kept.status(), Map.of(), Buffer.buffer(kept.body()));
  }

  private static String digest(Call call) {
    return HexFormat.of()
        .formatHex(
            Tags.digest(
                call.caller(),
                call.method(),
                call.path(),
                new TreeMap<>(call.query()).toString(),
                call.body().toString()));
  }
}
