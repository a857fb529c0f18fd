package dev.sluice.lake;

import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** An object of our own store to be: there, whole and on disk, once its stream is closed. */
record StoreOutput(StoreFileIO.Place place) implements OutputFile {
  @Override
  public PositionOutputStream create() {
    if (place.find().isPresent()) {
      throw new AlreadyExistsException("Location already exists: %s", place.location());
    }
    return new Stream(place, Condition.absent());
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    return new Stream(place, Condition.none());
  }

  @Override
  public String location() {
    return place.location();
  }

  @Override
  public InputFile toInputFile() {
    return new StoreFileIO.Input(place);
  }

  private static final class Stream extends PositionOutputStream {
    private final StoreFileIO.Place place;
    private final Condition condition;
    private final IncomingBody body;
    private boolean closed;

    Stream(StoreFileIO.Place place, Condition condition) {
      this.place = place;
      this.condition = condition;
      this.body = place.store().receive(Set.of());
    }

    @Override
    public long getPos() {
      return body.size();
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("the file is closed: " + place.location());
      }
      body.accept(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (body) {
        body.finish();
        place.store().put(place.bucket(), place.key(), body, Attributes.none(), condition);
      } catch (StoreException refused) {
        if (refused.reason() == StoreException.Reason.PRECONDITION_FAILED) {
          throw new AlreadyExistsException("Location already exists: %s", place.location());
        }
        throw refused;
      }
    }
  }
}
