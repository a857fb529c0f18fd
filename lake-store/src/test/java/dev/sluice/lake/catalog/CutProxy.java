package dev.sluice.lake.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/**
 * Hands requests on and loses answers: a connection is cut once the server has begun to answer, for
 * so long as it is told to.
 */
final class CutProxy implements Closeable {
  private static final int BUFFER = 64 << 10;

  private final ServerSocket listening;
  private final URI server;
  private final Thread accepting;
  private int lose;
  private int lost;

  CutProxy(URI server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.accepting = new Thread(this::accept, "cut-proxy");
    accepting.setDaemon(true);
    accepting.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** Loses so many of the next answers. */
  synchronized void lose(int answers) {
    lose = answers;
  }

  synchronized int lost() {
    return lost;
  }

  private synchronized boolean loses() {
    if (lose == 0) {
      return false;
    }
    lose--;
    lost++;
    return true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket behind = new Socket(server.getHost(), server.getPort());
        carry(() -> requests(client, behind));
        carry(() -> answers(behind, client));
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Carrying {
    void run() throws IOException;
  }

  private static void carry(Carrying carrying) {
    Thread thread =
        new Thread(
            () -> {
              try {
                carrying.run();
              } catch (IOException cut) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void requests(Socket client, Socket behind) throws IOException {
    try (behind) {
      InputStream in = client.getInputStream();
      OutputStream out = behind.getOutputStream();
      in.transferTo(out);
    }
  }

  private void answers(Socket behind, Socket client) throws IOException {
    try (client;
        behind) {
      byte[] buffer = new byte[BUFFER];
      int read = behind.getInputStream().read(buffer);
      while (read >= 0) {
        if (loses()) {
          return;
        }
        client.getOutputStream().write(buffer, 0, read);
        read = behind.getInputStream().read(buffer);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
