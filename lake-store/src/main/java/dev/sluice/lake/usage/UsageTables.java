package dev.sluice.lake.usage;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Layout;
import java.util.List;

/** The rows that use is kept in. */
final class UsageTables {
  private static final int FORMAT = 1;

  private UsageTables() {}

  static void prepare(Database database) {
    String name = database.dialect().nameType();
    new Layout(
            "usage",
            FORMAT,
            List.of(
                """
                CREATE TABLE sluice_usage_days (table_key %s NOT NULL, day %s NOT NULL,
                  who %s NOT NULL, engine %s NOT NULL, queries BIGINT NOT NULL,
                  loads BIGINT NOT NULL, millis BIGINT NOT NULL, row_count BIGINT NOT NULL,
                  last BIGINT NOT NULL, PRIMARY KEY (table_key, day, who, engine))
                """
                    .formatted(name, name, name, name),
                "CREATE INDEX sluice_usage_days_day ON sluice_usage_days (day)",
                """
                CREATE TABLE sluice_usage_queries (table_key %s NOT NULL, shape TEXT NOT NULL,
                  text TEXT NOT NULL, tables TEXT NOT NULL, times BIGINT NOT NULL,
                  millis BIGINT NOT NULL, row_count BIGINT NOT NULL, who TEXT NOT NULL,
                  last BIGINT NOT NULL, PRIMARY KEY (table_key, shape))
                """
                    .formatted(name),
                "CREATE INDEX sluice_usage_queries_last ON sluice_usage_queries (table_key, last)",
                """
                CREATE TABLE sluice_usage_columns (table_key %s NOT NULL, column_name %s NOT NULL,
                  times BIGINT NOT NULL, last BIGINT NOT NULL,
                  PRIMARY KEY (table_key, column_name))
                """
                    .formatted(name, name)))
        .prepare(database);
  }
}
