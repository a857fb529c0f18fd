package dev.sluice.lake.usage;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.Postgres;
import dev.sluice.lake.database.DatabaseSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract over PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresUsageTest implements UsageContract {
  private Postgres postgres;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    postgres = new Postgres(directory);
  }

  @AfterAll
  void stop() throws Exception {
    postgres.close();
  }

  @Override
  public DatabaseSettings place() {
    Map<String, String> settings = postgres.settings();
    return new DatabaseSettings(
        settings.get("SLUICE_CATALOG_DATABASE"),
        Optional.of(settings.get("SLUICE_CATALOG_DATABASE_USER")),
        Optional.of(new Secret(settings.get("SLUICE_CATALOG_DATABASE_PASSWORD"))),
        2);
  }
}
