package dev.sluice.lake.catalog;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract over PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresCatalogTest implements CatalogContract {
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory.resolve("lake"), Postgres.ofItsOwn());
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Override
  public CatalogRig rig() {
    return rig;
  }
}
