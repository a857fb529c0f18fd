package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.table.TableLayout;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Which dead letters are meant; what is left open means all. */
public record LetterFilter(
    Optional<String> stream,
    Optional<String> reason,
    Optional<Integer> shard,
    Optional<Long> offset) {

  public LetterFilter {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(offset, "offset");
  }

  /** What passes over files that hold none of them. */
  Expression expression() {
    Expression all = Expressions.alwaysTrue();
    all = stream.map(s -> (Expression) Expressions.equal("stream", s)).orElse(all);
    all = and(all, reason.map(r -> Expressions.equal("reason", r)));
    all = and(all, shard.map(s -> Expressions.equal(TableLayout.SHARD, s)));
    return and(all, offset.map(o -> Expressions.equal(TableLayout.OFFSET, o)));
  }

  private static Expression and(Expression left, Optional<? extends Expression> right) {
    return right.isPresent() ? Expressions.and(left, right.get()) : left;
  }

  /** The same question of one row. */
  boolean matches(Record row) {
    return stream.map(s -> s.equals(row.getField("stream").toString())).orElse(true)
        && reason.map(r -> r.equals(row.getField("reason").toString())).orElse(true)
        && shard.map(s -> s.equals(row.getField(TableLayout.SHARD))).orElse(true)
        && offset.map(o -> o.equals(row.getField(TableLayout.OFFSET))).orElse(true);
  }
}
