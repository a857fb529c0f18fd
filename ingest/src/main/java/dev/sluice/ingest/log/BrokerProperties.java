package dev.sluice.ingest.log;

import java.nio.file.Path;
import java.util.Properties;

/** The embedded broker's configuration: one node, few threads, small buffers. */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String LISTENER = "PLAINTEXT";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerProperties() {}

  static Properties of(Path data, int port, int controllerPort) {
    Properties p = new Properties();
    String controller = "127.0.0.1:" + controllerPort;
    p.put("process.roles", "broker,controller");
    p.put("node.id", Integer.toString(NODE_ID));
    p.put(
        "listeners",
        LISTENER + "://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://" + controller);
    p.put("advertised.listeners", LISTENER + "://127.0.0.1:" + port);
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", LISTENER);
    p.put("controller.listener.names", CONTROLLER_LISTENER);
    // A static quorum: its port is not written to disk and may change from run to run.
    p.put("controller.quorum.voters", NODE_ID + "@" + controller);
    p.put("log.dirs", data.toString());
    topics(p);
    groups(p);
    threads(p);
    return p;
  }

  private static void topics(Properties p) {
    p.put("auto.create.topics.enable", "false");
    p.put("num.partitions", "4");
    p.put("default.replication.factor", "1");
    p.put("min.insync.replicas", "1");
    p.put("log.retention.ms", "-1");
    p.put("log.retention.bytes", "-1");
    // After a kill the last segment of each shard is read again: keep it readable in a second.
    p.put("log.segment.bytes", Integer.toString(256 << 20));
    p.put("log.flush.offset.checkpoint.interval.ms", "10000");
    // How often batch durability looks for what is due.
    p.put("log.flush.scheduler.interval.ms", "200");
    p.put("message.max.bytes", Integer.toString(4 << 20));
    p.put("socket.request.max.bytes", Integer.toString(32 << 20));
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20));
    p.put("log.cleaner.io.buffer.size", Integer.toString(64 << 10));
  }

  private static void groups(Properties p) {
    p.put("group.initial.rebalance.delay.ms", "0");
    // A worker that was killed gives its shards up after this long, and a process that was killed
    // waits for it when it is back; all are on this machine. A group may ask for less.
    p.put("group.consumer.session.timeout.ms", "6000");
    p.put("group.consumer.heartbeat.interval.ms", "1000");
    p.put("group.consumer.min.session.timeout.ms", "2000");
    p.put("group.consumer.min.heartbeat.interval.ms", "500");
    // A group of a few members is shared out at once, in the answer to whoever joins or leaves;
    // worked out apart, the answer to a join says nothing, and the shards wait for a heartbeat.
    p.put("group.consumer.assignment.interval.ms", "0");
    p.put("group.consumer.assignor.offload.enable", "false");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "4");
    p.put("offsets.topic.segment.bytes", Integer.toString(16 << 20));
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "2");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("share.coordinator.state.topic.num.partitions", "1");
  }

  private static void threads(Properties p) {
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("background.threads", "2");
    p.put("num.replica.fetchers", "1");
    p.put("num.recovery.threads.per.data.dir", "2");
    p.put("log.cleaner.threads", "1");
    p.put("group.coordinator.threads", "1");
    p.put("share.coordinator.threads", "1");
    // After a kill the controller waits this long for the broker's former life to end.
    p.put("broker.session.timeout.ms", "3000");
    p.put("broker.heartbeat.interval.ms", "500");
  }
}
