package dev.sluice.lake.catalog.registry;

import java.util.Arrays;

/**
 * How a request was answered.
 *
 * @param body empty when the answer is read anew
 */
public record KeptReply(String digest, int status, byte[] body) {
  public KeptReply {
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeptReply that
        && digest.equals(that.digest)
        && status == that.status
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "KeptReply[" + status + "]";
  }
}
