package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Reply;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Which status each failure is told by. The client decides by the status what it may do: after 409
 * it may clean up and try again, after a 5xx it must take the outcome of a commit as unknown.
 */
final class Refusals {
  private record Kind(Class<? extends Throwable> type, int status) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(CommitStateUnknownException.class, 500),
          new Kind(CommitFailedException.class, 409),
          new Kind(AlreadyExistsException.class, 409),
          new Kind(NamespaceNotEmptyException.class, 409),
          new Kind(NoSuchNamespaceException.class, 404),
          new Kind(NoSuchTableException.class, 404),
          new Kind(NoSuchViewException.class, 404),
          new Kind(NoSuchPlanIdException.class, 404),
          new Kind(NoSuchPlanTaskException.class, 404),
          new Kind(NotFoundException.class, 404),
          new Kind(ForbiddenException.class, 403),
          new Kind(UnprocessableEntityException.class, 422),
          new Kind(UnsupportedOperationException.class, 501),
          new Kind(BadRequestException.class, 400),
          new Kind(ValidationException.class, 400),
          new Kind(IllegalArgumentException.class, 400));

  private Refusals() {}

  static Reply of(RuntimeException failure) {
    for (Kind kind : KINDS) {
      if (kind.type().isInstance(failure)) {
        return Reply.error(kind.status(), kind.type().getSimpleName(), words(failure));
      }
    }
    return Reply.error(500, "InternalServerError", words(failure));
  }

  private static String words(RuntimeException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
