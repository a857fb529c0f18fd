package dev.sluice.lake.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.lake.http.Bearers;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.rest.responses.OAuthTokenResponse;

/**
 * Short-lived tokens, as Iceberg's clients ask for them who are given a {@code credential}: for a
 * principal's name and token, and later for the short-lived token that is about to expire.
 */
final class TokenCalls {
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final Pattern BASIC = Pattern.compile("(?i)basic +([A-Za-z0-9+/=_-]+)");

  private final Bearers bearers;

  TokenCalls(Bearers bearers) {
    this.bearers = bearers;
  }

  private record Client(Optional<String> id, String secret) {}

  Reply answer(Call call) {
    Map<String, List<String>> form;
    try {
      form = new QueryStringDecoder(call.body().toString(), false).parameters();
    } catch (IllegalArgumentException malformed) {
      return refused(400, "invalid_request", "the form cannot be read");
    }
    if (bearers.isEmpty()) {
      return refused(
          401, "invalid_client", "this catalog asks for no credential: leave it out of the client");
    }
    String grant = field(form, "grant_type").orElse("");
    if (grant.equals("client_credentials")) {
      return ticket(
          client(form, call).flatMap(this::who),
          "client_id and client_secret are not a principal's name and token");
    }
    if (grant.equals(EXCHANGE)) {
      return exchange(form, call);
    }
    return refused(
        400,
        "unsupported_grant_type",
        "grant_type is client_credentials or token exchange, not '" + grant + "'");
  }

  /** The token that is to be exchanged may have expired if the client says who it is anew. */
  private Reply exchange(Map<String, List<String>> form, Call call) {
    if (form.containsKey("actor_token")) {
      return refused(400, "invalid_request", "one principal cannot act for another here");
    }
    Optional<String> subject = field(form, "subject_token");
    if (subject.isEmpty()) {
      return refused(400, "invalid_request", "subject_token is missing");
    }
    Optional<Client> client = client(form, call);
    Optional<String> who =
        client.isPresent() ? client.flatMap(this::who) : bearers.caller(subject.get());
    return ticket(who, "subject_token is not a token of this catalog, or it has expired");
  }

  private Optional<String> who(Client client) {
    return bearers
        .named(client.secret())
        .filter(name -> client.id().isEmpty() || client.id().get().equals(name));
  }

  private static Optional<Client> client(Map<String, List<String>> form, Call call) {
    Optional<String> secret = field(form, "client_secret");
    if (secret.isPresent()) {
      return Optional.of(new Client(field(form, "client_id"), secret.get()));
    }
    return call.header("authorization")
        .map(BASIC::matcher)
        .filter(Matcher::matches)
        .flatMap(header -> basic(header.group(1)));
  }

  private static Optional<Client> basic(String coded) {
    String plain;
    try {
      plain = new String(Base64.getDecoder().decode(coded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
    int colon = plain.indexOf(':');
    return Optional.of(
        colon < 0
            ? new Client(Optional.empty(), plain)
            : new Client(Optional.of(plain.substring(0, colon)), plain.substring(colon + 1)));
  }

  private static Optional<String> field(Map<String, List<String>> form, String name) {
    return form.getOrDefault(name, List.of()).stream().filter(text -> !text.isEmpty()).findFirst();
  }

  private Reply ticket(Optional<String> who, String otherwise) {
    if (who.isEmpty()) {
      return refused(401, "invalid_client", otherwise);
    }
    Bearers.Ticket ticket = bearers.ticket(who.get());
    return Answers.ok(
            OAuthTokenResponse.builder()
                .withToken(ticket.text())
                .withTokenType("bearer")
                .withIssuedTokenType(ACCESS_TOKEN)
                .setExpirationInSeconds((int) ticket.goodFor().toSeconds())
                .build())
        .with("Cache-Control", "no-store");
  }

  /** In the shape of OAuth, which differs from the catalog's other refusals. */
  private static Reply refused(int status, String error, String description) {
    byte[] body =
        JsonNodeFactory.instance
            .objectNode()
            .put("error", error)
            .put("error_description", description)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return Reply.json(status, body).with("Cache-Control", "no-store");
  }
}
