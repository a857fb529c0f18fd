package dev.sluice.ingest.log;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's listening sockets, bound before it starts: a free port is known without a race, and
 * a taken one is told before anything runs.
 */
final class ListeningSockets implements ServerSocketFactory, AutoCloseable {
  private static final int BACKLOG = 128;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final Map<String, ServerSocketChannel> byListener = new ConcurrentHashMap<>();

  /** Binds a listener on loopback and gives its port. */
  int bind(String listener, int port) {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      byListener.put(listener, channel);
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
      return channel.socket().getLocalPort();
    } catch (BindException e) {
      throw new LogException(
          "the log cannot listen on 127.0.0.1:"
              + port
              + ": the port is taken; stop what uses it, or set log.port to another (0 picks a free"
              + " one)",
          e);
    } catch (IOException e) {
      throw new LogException("the log cannot listen on 127.0.0.1:" + port + ": " + e, e);
    }
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBufferSize)
      throws IOException {
    ServerSocketChannel channel = byListener.get(listener);
    if (channel == null) {
      throw new IOException("no socket is bound for the listener " + listener);
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    for (ServerSocketChannel channel : byListener.values()) {
      channel.close();
    }
  }
}
