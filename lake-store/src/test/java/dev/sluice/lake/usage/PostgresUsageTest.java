package dev.sluice.lake.usage;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.Postgres;
import dev.sluice.lake.database.DatabaseSettings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract over PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresUsageTest implements UsageContract {
  private Map<String, String> settings;

  @BeforeAll
  void start() throws Exception {
    settings = Postgres.ofItsOwn();
  }

  @Override
  public DatabaseSettings place() {
    return new DatabaseSettings(
        settings.get("SLUICE_CATALOG_DATABASE"),
        Optional.of(settings.get("SLUICE_CATALOG_DATABASE_USER")),
        Optional.of(new Secret(settings.get("SLUICE_CATALOG_DATABASE_PASSWORD"))),
        2);
  }
}
