package dev.sluice.infra.wire;

import dev.sluice.awswire.WireRequest;

/**
 * A request that its signer sent just so.
 *
 * @param region the region it was signed for
 * @param body the bytes; not copied, for nobody else has them
 */
public record CloudCall(
    String requestId, String accessKey, String region, WireRequest request, byte[] body) {}
