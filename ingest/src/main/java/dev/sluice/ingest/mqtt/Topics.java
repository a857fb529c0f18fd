package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.stream.Streams;
import java.util.List;
import java.util.Optional;

/** All topics that are listened to. */
final class Topics {
  private final List<TopicRule> rules;

  private Topics(List<TopicRule> rules) {
    this.rules = rules;
  }

  static Topics parse(List<String> texts) {
    if (texts.isEmpty()) {
      throw new SettingsException("topics is empty: no message would be an event");
    }
    return new Topics(texts.stream().map(TopicRule::parse).toList());
  }

  /** One line for each rule that names a stream there is not. */
  List<String> unknown(Streams streams) {
    return rules.stream()
        .flatMap(rule -> rule.stream().stream())
        .filter(name -> streams.find(name).isEmpty())
        .map(streams::unknown)
        .toList();
  }

  Optional<Place> place(String topic) {
    for (TopicRule rule : rules) {
      Optional<Place> place = rule.place(topic);
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }
}
