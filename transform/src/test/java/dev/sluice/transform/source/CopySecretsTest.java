package dev.sluice.transform.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PostgresServer;
import dev.sluice.transform.sample.Production;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.JsonProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for the password wherever Spark writes what it does. */
class CopySecretsTest {
  private final SparkSession spark = LocalSpark.session();
  private final PostgresServer server = PostgresServer.shared();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  @Test
  void thePasswordIsInNoLogEventPlanOrTable() throws Exception {
    Copies copies = new Copies(server, folder);
    server.sql("CREATE TABLE secrets AS SELECT n AS id FROM generate_series(1, 20) n");
    Logger root = (Logger) LogManager.getRootLogger();
    Appender appender = new Appender();
    SparkListener listener = new Listener();
    appender.start();
    root.addAppender(appender);
    Configurator.setLevel("org.apache.spark.sql", Level.DEBUG);
    spark.sparkContext().addSparkListener(listener);
    try {
      Job job =
          copies.jobs("- {from: secrets, mode: full, partition: {column: id, count: 2}}").get(0);
      Dataset<Row> copy = copies.publish(job);
      seen.add(job.toString());
      seen.add(copy.queryExecution().toString());
      seen.add(spark.sql("SHOW TBLPROPERTIES lake.source.shop_secrets").collectAsList().toString());
      seen.add(
          spark
              .sql("SELECT summary FROM lake.source.shop_secrets.snapshots")
              .collectAsList()
              .toString());
      // Events are told by another thread, in their order: this job's come last.
      spark.sparkContext().setJobDescription("the last");
      spark.range(1).count();
      await();
    } finally {
      spark.sparkContext().setJobDescription(null);
      spark.sparkContext().removeSparkListener(listener);
      Configurator.setLevel("org.apache.spark.sql", root.getLevel());
      root.removeAppender(appender);
      copies.drop();
      server.sql("DROP TABLE secrets");
    }

    assertThat(seen).as("what was looked through").anyMatch(text -> text.contains("JDBCRelation"));
    assertThat(seen.stream().filter(text -> text.contains(Production.PASSWORD)))
        .as("what tells the password")
        .isEmpty();
  }

  private void await() {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (seen.stream().noneMatch(text -> text.contains("the last"))) {
      assertThat(System.nanoTime()).as("Spark tells its events").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private final class Listener extends SparkListener {
    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      seen.add(JsonProtocol.sparkEventToJsonString(event));
    }

    @Override
    public void onJobStart(SparkListenerJobStart event) {
      seen.add(JsonProtocol.sparkEventToJsonString(event));
    }
  }

  private final class Appender extends AbstractAppender {
    Appender() {
      super("secrets", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      seen.add(event.getMessage().getFormattedMessage());
    }
  }
}
