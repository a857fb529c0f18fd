package dev.sluice.ingest.mqtt;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetServerInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps hold of the sockets below an MQTT server. Its endpoints can neither stop reading nor refuse
 * a message of QoS 2 with a reason, and packets that only a server may send get past it; so the
 * server is given a view of Vert.x whose sockets are known here, and a {@link Gate} before each.
 * All on the server's one event loop.
 */
final class Sockets {
  private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

  private final int most;
  private final Duration patience;
  private final MqttMeters meters;
  private final Map<SocketAddress, NetSocketInternal> open = new HashMap<>();

  Sockets(int most, Duration patience, MqttMeters meters) {
    this.most = most;
    this.patience = patience;
    this.meters = meters;
  }

  /** The view of Vert.x that an MQTT server is made with. */
  Vertx below(Vertx vertx) {
    return new VertxWrapper((VertxInternal) vertx) {
      @Override
      public NetServerInternal createNetServer(NetServerOptions options) {
        return watched(super.createNetServer(options));
      }
    };
  }

  Optional<NetSocketInternal> find(SocketAddress address) {
    return Optional.ofNullable(open.get(address));
  }

  int count() {
    return open.size();
  }

  /** The server itself, except that who connects passes by here first. */
  private NetServerInternal watched(NetServerInternal server) {
    return (NetServerInternal)
        Proxy.newProxyInstance(
            Sockets.class.getClassLoader(),
            new Class<?>[] {NetServerInternal.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("connectHandler") && arguments != null) {
                @SuppressWarnings("unchecked") // as the interface declares it
                Handler<NetSocket> handler = (Handler<NetSocket>) arguments[0];
                server.connectHandler(socket -> opened((NetSocketInternal) socket, handler));
                return proxy;
              }
              try {
                return method.invoke(server, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void opened(NetSocketInternal socket, Handler<NetSocket> server) {
    if (open.size() >= most) {
      meters.turnedAway("too-many-connections");
      socket.close();
      return;
    }
    SocketAddress address = socket.remoteAddress();
    open.put(address, socket);
    // The server throws where it has closed a connection for what came; that is worth no alarm.
    Vertx.currentContext()
        .exceptionHandler(
            broken -> {
              meters.turnedAway("broken-packet");
              LOG.debug("a connection was closed", broken);
            });
    // Until somebody has connected; then its endpoint hears of it.
    socket.exceptionHandler(
        broken -> {
          meters.turnedAway("malformed-connect");
          LOG.debug("a connection was closed", broken);
        });
    server.handle(socket);
    ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
    pipeline.addBefore("handler", "gate", new Gate(meters, patience));
    var unused =
        pipeline.channel().closeFuture().addListener(closed -> open.remove(address, socket));
  }
}
