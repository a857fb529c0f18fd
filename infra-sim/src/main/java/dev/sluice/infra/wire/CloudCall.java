package dev.sluice.infra.wire;

import dev.sluice.awswire.WireRequest;

/**
 * A request that its signer sent just so. The body's bytes are not copied: nobody else has them.
 */
public final class CloudCall {
  private final String requestId;
  private final String region;
  private final WireRequest request;
  private final byte[] body;

  /**
   * Makes the call.
   *
   * @param region the region it was signed for
   */
  public CloudCall(String requestId, String region, WireRequest request, byte[] body) {
    this.requestId = requestId;
    this.region = region;
    this.request = request;
    this.body = body;
  }

  public String requestId() {
    return requestId;
  }

  public String region() {
    return region;
  }

  public WireRequest request() {
    return request;
  }

  public byte[] body() {
    return body;
  }
}
