package dev.sluice.transform.subject.marketing;

import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.HeldTables;
import dev.sluice.transform.sample.RawEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** All that marketing's jobs read, as tables hold it. An empty word is none. */
record Market(
    List<Visit> visits, List<Order> orders, List<RawEvent> events, List<Postback> postbacks) {

  record Visit(String user, String id, Instant start, String source) {}

  record Order(String id, String user, Instant time, String net, String currency) {
    BigDecimal amount() {
      return new BigDecimal(net).setScale(4);
    }
  }

  static Market empty() {
    return new Market(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  void visit(String user, String start, String source) {
    visits.add(new Visit(user, "visit-" + visits.size(), Instant.parse(start), source));
  }

  void order(String user, String time, String net) {
    orders.add(new Order("order-" + orders.size(), user, Instant.parse(time), net, "EUR"));
  }

  static RawEvent install(String id, Instant time, String user, long offset) {
    return new RawEvent(id, time, user, "install", "", "", 0, 0, "", "", offset);
  }

  static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** A table that nothing was said of is not there. */
  Tables tables(SparkSession spark) {
    return new HeldTables(held(spark));
  }

  /** The same by name, for a test that adds its own. */
  Map<String, Dataset<Row>> held(SparkSession spark) {
    Map<String, Dataset<Row>> tables = new HashMap<>();
    tables.put("gold.sessions", sessions(spark));
    tables.put("gold.transactions", transactions(spark));
    tables.put("raw.app_events", RawEvent.rows(spark, events).coalesce(1));
    if (!postbacks.isEmpty()) {
      tables.put("raw.attributions", Postback.rows(spark, postbacks));
    }
    return tables;
  }

  private Dataset<Row> sessions(SparkSession spark) {
    return rows(
        spark,
        "day DATE, user_id STRING, session_id STRING, started_at TIMESTAMP, media_source STRING",
        visits.stream()
            .map(
                visit ->
                    RowFactory.create(
                        day(visit.start()),
                        visit.user(),
                        visit.id(),
                        visit.start(),
                        orNull(visit.source())))
            .toList());
  }

  private Dataset<Row> transactions(SparkSession spark) {
    return rows(
        spark,
        "day DATE, order_id STRING, user_id STRING, net DECIMAL(38,4), currency STRING,"
            + " purchased_at TIMESTAMP",
        orders.stream()
            .map(
                order ->
                    RowFactory.create(
                        day(order.time()),
                        order.id(),
                        order.user(),
                        order.amount(),
                        orNull(order.currency()),
                        order.time()))
            .toList());
  }

  private static Dataset<Row> rows(SparkSession spark, String columns, List<Row> rows) {
    return spark.createDataFrame(rows, StructType.fromDDL(columns)).coalesce(1);
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }
}
