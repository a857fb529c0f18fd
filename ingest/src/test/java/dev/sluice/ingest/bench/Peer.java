package dev.sluice.ingest.bench;

import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableLayout;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Kafka Connect, standalone, with Iceberg's own sink connector, on a Hadoop catalog on the local
 * disk. What differs from its defaults has its reason beside it.
 */
final class Peer implements Contender {
  private static final TableIdentifier TABLE = TableIdentifier.of("bench", "clicks");

  private final Path jars;
  private final String broker;
  private final String heap;
  private final ClickNotation notation;
  private final Stream stream;
  private int turns;

  Peer(Path jars, String broker, String heap, ClickNotation notation) {
    this.jars = jars;
    this.broker = broker;
    this.heap = heap;
    this.notation = notation;
    this.stream = notation.stream();
  }

  @Override
  public String name() {
    return "Kafka Connect with Iceberg's sink";
  }

  @Override
  public Turn start(Path directory) throws Exception {
    if (!Files.isDirectory(jars)) {
      throw new IOException("no " + jars + ": the peer is fetched by Maven with -Pbench");
    }
    Files.createDirectories(directory);
    String name = "clicks-" + ++turns;
    Path warehouse = directory.resolve("warehouse");
    HadoopCatalog catalog = new HadoopCatalog(new Configuration(), warehouse.toUri().toString());
    createTable(catalog);
    createControlTopic("control-" + name);
    Path collections = directory.resolve("gc.log");
    List<Closeable> others = new ArrayList<>(List.of(catalog));
    List<String> converter = json();
    if (notation == ClickNotation.AVRO) {
      ApicurioFront registry = new ApicurioFront(notation.schema());
      others.add(registry);
      converter = avro(registry);
    }
    List<String> flags = Turn.flags(heap, collections);
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("connect.err"),
            arguments(directory, converter, flags, name, warehouse),
            Map.of());
    return new Turn(
        child, Optional.empty(), () -> Optional.of(catalog.loadTable(TABLE)), collections, others);
  }

  /**
   * Made beforehand: left to the connector, times would become text and the two tables differ. Our
   * columns of the event and no partitions, which spares it our table's further columns and the
   * work of finding each row's day.
   */
  private void createTable(HadoopCatalog catalog) {
    List<String> columns = stream.fields().stream().map(Field::name).toList();
    Schema schema = TableLayout.of(stream).schema().select(columns);
    catalog.createTable(
        TABLE,
        schema,
        PartitionSpec.unpartitioned(),
        Map.of("format-version", "2", "write.parquet.compression-codec", "zstd"));
  }

  /** The connector expects the broker to make it, which ours does not do. */
  private void createControlTopic(String topic) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> arguments(
      Path directory, List<String> converter, List<String> flags, String name, Path warehouse)
      throws IOException {
    Path logging = write(directory.resolve("log4j2.properties"), logging());
    Path worker = write(directory.resolve("worker.properties"), worker(directory, converter));
    Path connector = write(directory.resolve("connector.properties"), connector(name, warehouse));
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(
        List.of(
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "-cp",
            jars.resolve("connect") + "/*",
            "org.apache.kafka.connect.cli.ConnectStandalone",
            worker.toString(),
            connector.toString()));
    return arguments;
  }

  private static Path write(Path file, List<String> lines) throws IOException {
    return Files.write(file, lines);
  }

  /** At a lower level Parquet would log every field. */
  private static List<String> logging() {
    return List.of(
        "rootLogger.level=WARN",
        "rootLogger.appenderRef.err.ref=err",
        "appender.err.type=Console",
        "appender.err.name=err",
        "appender.err.target=SYSTEM_ERR",
        "appender.err.layout.type=PatternLayout",
        "appender.err.layout.pattern=%d %p %c{1} %m%n");
  }

  private List<String> worker(Path directory, List<String> converter) throws IOException {
    List<String> lines = new ArrayList<>(converter);
    lines.addAll(worker(directory));
    return lines;
  }

  private static List<String> json() {
    return List.of(
        "value.converter=org.apache.kafka.connect.json.JsonConverter",
        // The events are plain JSON, without the schema this converter looks for.
        "value.converter.schemas.enable=false");
  }

  /** Confluent's own converter is not on Maven Central; this one reads the same frames. */
  private static List<String> avro(ApicurioFront registry) {
    return List.of(
        "value.converter=io.apicurio.registry.utils.converter.AvroConverter",
        "value.converter.apicurio.registry.url=" + registry.url(),
        // An id of four bytes behind the magic byte, which names a schema's text.
        "value.converter.apicurio.registry.as-confluent=true",
        "value.converter.apicurio.registry.use-id=contentId");
  }

  private List<String> worker(Path directory) throws IOException {
    return List.of(
        "bootstrap.servers=" + broker,
        "plugin.path=" + jars.resolve("plugins").toAbsolutePath(),
        "listeners=http://127.0.0.1:" + freePort(),
        "offset.storage.file.filename=" + directory.resolve("connect.offsets"),
        // A task hears of a commit only between two polls, and at the log's end a poll lasts until
        // offsets are due: with the default of a minute the last rows would wait for two of them.
        "offset.flush.interval.ms=1000",
        // The records have no key; this is the converter with the least to do.
        "key.converter=org.apache.kafka.connect.converters.ByteArrayConverter");
  }

  private List<String> connector(String name, Path warehouse) {
    return List.of(
        "name=" + name,
        "connector.class=org.apache.iceberg.connect.IcebergSinkConnector",
        // As many tasks as we have workers.
        "tasks.max=2",
        "topics=" + stream.name(),
        "iceberg.tables=" + TABLE,
        "iceberg.catalog.type=hadoop",
        "iceberg.catalog.warehouse=" + warehouse.toUri(),
        // A round of its own begins at the topic's begin and hears nothing of rounds before.
        "iceberg.control.topic=control-" + name,
        // Ours; the default is five minutes.
        "iceberg.control.commit.interval-ms=10000",
        // The default, 500 records and 1 MiB of a partition, is for records that are large.
        "consumer.override.max.poll.records=5000",
        "consumer.override.max.partition.fetch.bytes=" + (4 << 20));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
