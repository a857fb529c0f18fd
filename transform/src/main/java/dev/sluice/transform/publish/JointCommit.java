package dev.sluice.transform.publish;

import dev.sluice.transform.job.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.spark.SparkUtil;
import org.apache.spark.sql.SparkSession;

/**
 * One commit to several tables: {@code POST /v1/transactions/commit} of an Iceberg REST catalog.
 * Spark has no such call, so it is made by a client of its own, with Spark's settings.
 */
final class JointCommit implements AutoCloseable {
  private final RESTCatalog catalog;
  private boolean unanswered;

  private JointCommit(RESTCatalog catalog) {
    this.catalog = catalog;
  }

  /** Nothing was done, for the catalog has no such commits. */
  static final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotOffered(RuntimeException cause) {
      super(cause);
    }
  }

  /** Where the catalog speaks REST. Whether it has such commits is known when one is made. */
  static Optional<JointCommit> of(SparkSession spark) {
    String key = "spark.sql.catalog." + TableName.CATALOG;
    Map<String, String> properties = new TreeMap<>();
    scala.jdk.javaapi.CollectionConverters.asJava(spark.conf().getAll())
        .forEach(
            (name, value) -> {
              if (name.startsWith(key + ".")) {
                properties.put(name.substring(key.length() + 1), value);
              }
            });
    boolean rest =
        CatalogUtil.ICEBERG_CATALOG_TYPE_REST.equalsIgnoreCase(
                properties.get(CatalogUtil.ICEBERG_CATALOG_TYPE))
            || RESTCatalog.class.getName().equals(properties.get(CatalogProperties.CATALOG_IMPL));
    if (!rest) {
      return Optional.empty();
    }
    return Optional.of(
        new JointCommit(
            (RESTCatalog)
                CatalogUtil.buildIcebergCatalog(
                    TableName.CATALOG,
                    properties,
                    SparkUtil.hadoopConfCatalogOverrides(spark, TableName.CATALOG))));
  }

  /**
   * Changes all tables or none.
   *
   * @throws NotOffered when the catalog commits to one table at a time
   */
  void commit(List<TableCommit> changes) {
    try {
      catalog.commitTransaction(changes);
    } catch (UnsupportedOperationException notNamed) {
      throw new NotOffered(notNamed);
    } catch (NoSuchTableException none) {
      // A table is gone; or the catalog names no endpoints, and has none at that address. One that
      // left such a commit unanswered has it, and may have made it.
      if (unanswered
          || !changes.stream().allMatch(change -> catalog.tableExists(change.identifier()))) {
        throw none;
      }
      throw new NotOffered(none);
    } catch (CommitFailedException faster) {
      throw faster;
    } catch (RuntimeException unknown) {
      unanswered = true;
      throw unknown;
    }
  }

  @Override
  public void close() {
    try {
      catalog.close();
    } catch (IOException unclosed) {
      throw new UncheckedIOException(unclosed);
    }
  }
}
