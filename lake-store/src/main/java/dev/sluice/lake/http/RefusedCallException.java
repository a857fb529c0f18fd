package dev.sluice.lake.http;

/** Ends a streamed answer: with this reply, if nothing of the answer has left yet. */
public final class RefusedCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reply reply;

  public RefusedCallException(Reply reply) {
    super("refused with " + reply.status());
    this.reply = reply;
  }

  public Reply reply() {
    return reply;
  }
}
