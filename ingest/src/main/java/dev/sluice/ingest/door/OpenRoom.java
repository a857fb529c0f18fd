package dev.sluice.ingest.door;

import io.vertx.ext.web.Router;

/** Routes that guard themselves: the door's own key is not asked for where they are. */
public interface OpenRoom {
  /** Whether the path is one of its own. */
  boolean has(String path);

  /** Hangs its routes in, before the door opens. */
  void mount(Router router, Lobby lobby);
}
