package dev.sluice.lake.book;

import dev.sluice.lake.http.Reply;

/** A call that is not answered as it was meant to be, and what is answered instead. */
final class RefusedCall extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Reply reply;

  private RefusedCall(Reply reply, String message) {
    super(message, null, false, false);
    this.reply = reply;
  }

  static RefusedCall of(int status, String type, String message) {
    return new RefusedCall(Reply.error(status, type, message), message);
  }

  static RefusedCall wrong(String message) {
    return of(400, "BadRequestException", message);
  }

  Reply reply() {
    return reply;
  }
}
