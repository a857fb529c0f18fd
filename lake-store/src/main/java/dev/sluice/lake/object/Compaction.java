package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives back the space of segments that hold little any more: what is left is added to another
 * segment and synced, the rows are made to name it there, and only when they are on disk is the
 * file removed, or when its last reader is done. Writers are held up for one row at a time.
 */
final class Compaction {
  private final Rows rows;
  private final Commits commits;
  private final Locks locks;
  private final Holdings holdings;

  Compaction(Rows rows, Commits commits, Locks locks, Holdings holdings) {
    this.rows = rows;
    this.commits = commits;
    this.locks = locks;
    this.holdings = holdings;
  }

  /** Some bytes, the row that names them, and where they lie now. */
  private static final class Move {
    private final byte[] owner;
    private final Extent from;
    private final Extent to;

    Move(byte[] owner, Extent from, Extent to) {
      this.owner = owner;
      this.from = from;
      this.to = to;
    }
  }

  /** Works off what there is to do. */
  synchronized void run() {
    Segments segments = holdings.segments();
    try {
      segments.retire();
      for (String name : segments.sparse()) {
        empty(name);
      }
      List<String> dead = new ArrayList<>(segments.dead());
      if (!dead.isEmpty()) {
        commits.commit(
            Durability.NONE,
            (sequence, batch) -> {
              // A failed write may have brought back what was counted as gone.
              dead.retainAll(segments.dead());
              dead.forEach(name -> batch.remove(RowKey.segment(name)));
            });
        commits.sync();
        dead.forEach(holdings::dismissSegment);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void empty(String name) throws IOException {
    List<Move> moves = new ArrayList<>();
    try {
      copy(name, moves);
      holdings.segments().sync(moves.stream().map(each -> each.to).toList());
      moves.forEach(this::rename);
    } finally {
      moves.forEach(each -> holdings.segments().release(each.to));
    }
  }

  private void copy(String name, List<Move> moves) throws IOException {
    List<byte[]> owners = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.extents(name))) {
      for (; cursor.valid(); cursor.next()) {
        owners.add(cursor.value());
      }
    }
    for (byte[] owner : owners) {
      Optional<Extent> from = extent(owner, name);
      if (from.isEmpty()) {
        continue;
      }
      Optional<byte[]> bytes = holdings.read(from.get());
      if (bytes.isPresent()) {
        Extent to = holdings.segments().append(ByteBuffer.wrap(bytes.get()), from.get().sums());
        moves.add(new Move(owner, from.get(), to));
      } else {
        holdings.segments().stick(name);
      }
    }
  }

  /** The bytes of the segment that a row names. */
  private Optional<Extent> extent(byte[] owner, String segment) {
    return rows.get(owner)
        .map(RowCodec::version)
        .flatMap(version -> version.content().extents().stream().findFirst())
        .filter(extent -> extent.container().equals(segment));
  }

  /** Makes the row name the copy, unless it went or changed meanwhile. */
  private void rename(Move move) {
    locks.onKey(
        RowKey.bucketOfVersion(move.owner),
        RowKey.keyOfVersion(move.owner),
        () -> {
          Optional<ObjectVersion> now = rows.get(move.owner).map(RowCodec::version);
          if (now.isPresent() && now.get().content().extents().equals(List.of(move.from))) {
            ObjectVersion moved = now.get().at(new Content.Whole(move.to));
            commits.commit(
                Durability.NONE,
                (sequence, batch) -> {
                  batch.disown(move.from);
                  batch.own(move.to, move.owner);
                  batch.put(move.owner, RowCodec.write(moved));
                });
          }
          return move;
        });
  }
}
