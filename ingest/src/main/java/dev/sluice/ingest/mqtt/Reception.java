package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.key.Showing;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.key.WriteKeys;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Lets clients in, or tells them why not. All on the server's one event loop. */
final class Reception {
  private static final long MILLIS = 1000;

  private final Floor floor;
  private final Sockets sockets;
  private final Sessions sessions;
  private final WriteKeys keys;
  private final Pace pace;
  private final Supplier<UUID> ids;

  Reception(
      Floor floor,
      Sockets sockets,
      Sessions sessions,
      WriteKeys keys,
      Pace pace,
      Supplier<UUID> ids) {
    this.floor = floor;
    this.sockets = sockets;
    this.sessions = sessions;
    this.keys = keys;
    this.pace = pace;
    this.ids = ids;
  }

  /** Why a client is not let in, in the words of either version. */
  private enum No {
    VERSION(
        MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
        MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION,
        "this is a server of MQTT 3.1.1 and 5"),
    PACE(
        MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
        MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
        "too many clients come at once; come again in a moment"),
    METHOD(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
        "there is no other authentication than user name and password"),
    NO_KEY(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
        "a write key is needed, as the password"),
    WRONG_KEY(
        MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
        MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
        "no such write key"),
    LOCKED_OUT(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_BANNED,
        "too many wrong keys came from there; come again later"),
    RETAINED_WILL(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_RETAIN_NOT_SUPPORTED,
        "nothing is retained here, so no will can be"),
    WILL_TOPIC(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID,
        "the will's topic is not one of a stream"),
    WILL_ROOM(
        MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
        MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED,
        "the wills of all clients have no room for this one (mqtt.max-will-bytes)"),
    WILL_NOT_AUTHORIZED(
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
        MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
        "this key does not write to the will's stream");

    private final MqttConnectReturnCode three;
    private final MqttConnectReturnCode five;
    private final String why;

    No(MqttConnectReturnCode three, MqttConnectReturnCode five, String why) {
      this.three = three;
      this.five = five;
      this.why = why;
    }

    String reason() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The will a client may have. */
  private sealed interface Last {}

  private record May(Optional<Will> will) implements Last {
    private May {
      Objects.requireNonNull(will, "will");
    }
  }

  private record MayNot(No why) implements Last {
    private MayNot {
      Objects.requireNonNull(why, "why");
    }
  }

  void arrived(MqttEndpoint endpoint) {
    Optional<NetSocketInternal> socket = sockets.find(endpoint.remoteAddress());
    if (socket.isEmpty()) {
      // It has gone already.
      endpoint.close();
      return;
    }
    Line line = new Line(endpoint, socket.get());
    Optional<No> no = unwelcome(endpoint);
    if (no.isPresent()) {
      reject(line, no.get());
      return;
    }
    Optional<String> shown = shown(endpoint);
    if (shown.isEmpty()) {
      reject(line, No.NO_KEY);
      return;
    }
    Showing showing = keys.show(endpoint.remoteAddress().hostAddress(), shown.get());
    if (showing instanceof Showing.Known known) {
      enter(line, known.key());
    } else {
      reject(line, showing instanceof Showing.LockedOut ? No.LOCKED_OUT : No.WRONG_KEY);
    }
  }

  private void enter(Line line, WriteKey key) {
    MqttEndpoint endpoint = line.endpoint();
    boolean nameless = endpoint.clientIdentifier() == null;
    String clientId = nameless ? "auto-" + ids.get() : endpoint.clientIdentifier();
    Last last = last(line, key, clientId);
    if (last instanceof MayNot mayNot) {
      reject(line, mayNot.why());
      return;
    }
    long expiry = expiryMillis(line);
    Client client = new Client(floor, line, sessions, key, clientId);
    Sessions.Entered entered =
        client.enter(
            ((May) last).will(),
            endpoint.isCleanSession() ? Sessions.Start.CLEAN : Sessions.Start.RESUMED,
            expiry);
    MqttProperties terms = terms(expiry);
    if (nameless) {
      terms.add(
          new MqttProperties.StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, clientId));
    }
    floor.meters().connected();
    endpoint.accept(entered.present(), line.five() ? terms : MqttProperties.NO_PROPERTIES);
  }

  private Optional<No> unwelcome(MqttEndpoint endpoint) {
    int version = endpoint.protocolVersion();
    if (version != MqttVersion.MQTT_3_1_1.protocolLevel()
        && version != MqttVersion.MQTT_5.protocolLevel()) {
      return Optional.of(No.VERSION);
    }
    if (!pace.take()) {
      return Optional.of(No.PACE);
    }
    return endpoint.connectProperties().getProperty(MqttProperties.AUTHENTICATION_METHOD) == null
        ? Optional.empty()
        : Optional.of(No.METHOD);
  }

  private void reject(Line line, No no) {
    floor.meters().turnedAway(no.reason());
    line.endpoint()
        .reject(
            line.five() ? no.five : no.three,
            line.five() ? line.explained(no.why) : MqttProperties.NO_PROPERTIES);
  }

  /** The key: the password, or a user name that came without one. */
  private static Optional<String> shown(MqttEndpoint endpoint) {
    Optional<MqttAuth> auth = Optional.ofNullable(endpoint.auth());
    return auth.map(MqttAuth::getPassword)
        .filter(password -> !password.isEmpty())
        .or(() -> auth.map(MqttAuth::getUsername))
        .filter(text -> !text.isEmpty());
  }

  private Last last(Line line, WriteKey key, String clientId) {
    MqttWill will = line.endpoint().will();
    if (will == null || !will.isWillFlag()) {
      return new May(Optional.empty());
    }
    if (will.isWillRetain() && line.five()) {
      return new MayNot(No.RETAINED_WILL);
    }
    Floor.Aim aim =
        floor.settings().isTooLong(will.getWillTopic())
            ? floor.tooLong()
            : floor.aim(will.getWillTopic(), key);
    if (aim instanceof Floor.Missed missed) {
      return new MayNot(
          missed.code() == MqttPubAckReasonCode.NOT_AUTHORIZED
              ? No.WILL_NOT_AUTHORIZED
              : No.WILL_TOPIC);
    }
    long delay =
        line.five()
            ? Line.number(will.getWillProperties(), MqttProperties.WILL_DELAY_INTERVAL, 0)
            : 0;
    Will last =
        new Will(
            will.getWillTopic(),
            key,
            clientId,
            Buffer.buffer(will.getWillMessageBytes()),
            Duration.ofSeconds(delay));
    return sessions.hasRoom(Session.id(key, clientId), last)
        ? new May(Optional.of(last))
        : new MayNot(No.WILL_ROOM);
  }

  /** How long its session outlives the client. */
  private long expiryMillis(Line line) {
    long most = floor.settings().sessionExpiry().toMillis();
    if (!line.five()) {
      return line.endpoint().isCleanSession() ? 0 : most;
    }
    MqttProperties wishes = line.endpoint().connectProperties();
    long seconds = Line.number(wishes, MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
    return Math.min(most, seconds * MILLIS);
  }

  /** What a client of version 5 is told of the server. */
  private MqttProperties terms(long expiryMillis) {
    MqttProperties terms = new MqttProperties();
    MqttSettings settings = floor.settings();
    put(terms, MqttProperties.SESSION_EXPIRY_INTERVAL, (int) (expiryMillis / MILLIS));
    put(terms, MqttProperties.RECEIVE_MAXIMUM, settings.maxInFlight());
    put(terms, MqttProperties.MAXIMUM_PACKET_SIZE, settings.maxPacket().intBytes());
    put(terms, MqttProperties.TOPIC_ALIAS_MAXIMUM, settings.topicAliases());
    put(terms, MqttProperties.RETAIN_AVAILABLE, 0);
    put(terms, MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, 0);
    put(terms, MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
    put(terms, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    return terms;
  }

  private static void put(MqttProperties properties, int type, int value) {
    properties.add(new IntegerProperty(type, value));
  }
}
