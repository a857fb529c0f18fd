package dev.sluice.ingest.bench;

import java.nio.file.Path;

/** Something that moves the topic into a table. */
interface Contender {
  String name();

  /** Starts it on an empty table; all it writes lies below the directory. */
  Turn start(Path directory) throws Exception;
}
