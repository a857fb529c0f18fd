package dev.sluice.lake.query;

import org.apache.iceberg.catalog.Namespace;

/** What the one who asks may read. What one may not read is, to that one, not there. */
public interface ReadRights {
  /** Those of one who may read all there is. */
  ReadRights EVERYTHING =
      new ReadRights() {
        @Override
        public boolean mayRead(Namespace namespace) {
          return true;
        }

        @Override
        public boolean sees(Namespace namespace) {
          return true;
        }

        @Override
        public boolean mayReadEverything() {
          return true;
        }
      };

  /** Whether the tables and views in it may be read. */
  boolean mayRead(Namespace namespace);

  /** Whether it may be named, for something in or below it may be read. */
  boolean sees(Namespace namespace);

  /** Whether what is no table, such as the list of all objects, may be read too. */
  boolean mayReadEverything();
}
