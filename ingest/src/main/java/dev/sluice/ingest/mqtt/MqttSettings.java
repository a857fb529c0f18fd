package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where devices are listened to and how much of them is taken.
 *
 * @param host the address; beyond loopback only with a write key
 * @param port the port; 0 picks a free one
 * @param certificate a chain of certificates in PEM; with it and the key, connections are TLS
 * @param certificateKey the certificate's private key in PEM
 * @param topics which topic is an event of which stream; the first that fits decides
 * @param maxPacket the longest packet
 * @param maxConnections connections at a time; one more is closed
 * @param connectsPerSecond clients let in in a second; more are told to come again
 * @param maxInFlight messages of one client that wait for their answer
 * @param maxWaiting messages of all clients that wait for the log, and nobody is read beyond;
 *     packets of QoS 2 that are remembered of clients that are away
 * @param maxWaitingBytes bytes of these messages
 * @param maxSessions sessions kept of clients that are away; beyond, the eldest is forgotten
 * @param sessionExpiry the longest a session is kept
 * @param topicAliases topic aliases that a client may set
 * @param longestTopic the longest topic; it may be kept for each alias
 * @param maxWillBytes bytes of the wills of all clients, with their topics; who brings one more is
 *     not let in
 * @param connectPatience the longest a connection may take to say who it is
 * @param answerPatience the longest the log may take to answer
 * @param drainPatience the longest a stop waits for messages under way
 */
public record MqttSettings(
    @Default("127.0.0.1") String host,
    @Default("1883") int port,
    Optional<Path> certificate,
    Optional<Path> certificateKey,
    @Default("events/{stream}/{key}, events/{stream}") List<String> topics,
    @Default("64KiB") ByteSize maxPacket,
    @Default("12000") int maxConnections,
    @Default("1000") int connectsPerSecond,
    @Default("1000") int maxInFlight,
    @Default("50000") int maxWaiting,
    @Default("16MiB") ByteSize maxWaitingBytes,
    @Default("50000") int maxSessions,
    @Default("1h") Duration sessionExpiry,
    @Default("16") int topicAliases,
    @Default("1KiB") ByteSize longestTopic,
    @Default("64MiB") ByteSize maxWillBytes,
    @Default("10s") Duration connectPatience,
    @Default("20s") Duration answerPatience,
    @Default("10s") Duration drainPatience) {
  private static final long LARGEST_PACKET = 3L << 20;
  private static final int LONGEST_TEXT = 65_535;
  private static final int MOST_IDENTIFIERS = 65_535;

  public MqttSettings {
    Objects.requireNonNull(binding(host, port), "host");
    topics = List.copyOf(topics);
    // Checked here, so that a wrong one is told with the other settings.
    Topics.parse(topics);
    if (certificate.isPresent() != certificateKey.isPresent()) {
      throw new SettingsException("set both certificate and certificate-key, or neither");
    }
    certificate.ifPresent(file -> requireReadable("certificate", file));
    certificateKey.ifPresent(file -> requireReadable("certificate-key", file));
    if (maxPacket.bytes() < 128 || maxPacket.bytes() > LARGEST_PACKET) {
      throw new SettingsException("max-packet must be between 128 bytes and 3MiB");
    }
    if (maxConnections < 1 || connectsPerSecond < 1 || maxWaiting < 1 || maxSessions < 1) {
      throw new SettingsException(
          "max-connections, connects-per-second, max-waiting and max-sessions must be at least 1");
    }
    if (maxInFlight < 1 || maxInFlight > MOST_IDENTIFIERS) {
      throw new SettingsException("max-in-flight must be between 1 and " + MOST_IDENTIFIERS);
    }
    if (topicAliases < 0 || topicAliases > MOST_IDENTIFIERS) {
      throw new SettingsException("topic-aliases must be between 0 and " + MOST_IDENTIFIERS);
    }
    if (maxWaitingBytes.bytes() < maxPacket.bytes()) {
      throw new SettingsException("max-waiting-bytes must leave room for one max-packet");
    }
    if (longestTopic.bytes() < 1 || longestTopic.bytes() > LONGEST_TEXT) {
      throw new SettingsException("longest-topic must be between 1 and " + LONGEST_TEXT + " bytes");
    }
    if (maxWillBytes.bytes() < maxPacket.bytes()) {
      throw new SettingsException("max-will-bytes must leave room for one max-packet");
    }
    requirePositive("session-expiry", sessionExpiry);
    requirePositive("connect-patience", connectPatience);
    requirePositive("answer-patience", answerPatience);
    requirePositive("drain-patience", drainPatience);
  }

  /** Whether a topic has more bytes than any that is looked at. */
  boolean isTooLong(String topic) {
    long most = longestTopic.bytes();
    // Counted only where the characters do not say it.
    return topic.length() > most
        || (3L * topic.length() > most && topic.getBytes(StandardCharsets.UTF_8).length > most);
  }

  /** Where it listens. */
  public Binding binding() {
    return binding(host, port);
  }

  private static Binding binding(String host, int port) {
    return new Binding(host, port);
  }

  private static void requireReadable(String key, Path file) {
    if (!Files.isReadable(file)) {
      throw new SettingsException(key + " " + file.toAbsolutePath() + " cannot be read");
    }
  }

  private static void requirePositive(String key, Duration duration) {
    if (duration.isNegative() || duration.toMillis() == 0) {
      throw new SettingsException(key + " must be positive");
    }
  }
}
