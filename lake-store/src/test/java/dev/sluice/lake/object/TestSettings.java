package dev.sluice.lake.object;

/** The defaults, with one thing changed. */
final class TestSettings {
  private TestSettings() {}

  static ObjectSettings verifying(ObjectSettings from, ObjectSettings.Verify when) {
    return with(from, when, from.scrub());
  }

  static ObjectSettings scrubbing(ObjectSettings from, ScrubSettings scrub) {
    return with(from, from.verify(), scrub);
  }

  private static ObjectSettings with(
      ObjectSettings from, ObjectSettings.Verify when, ScrubSettings scrub) {
    return new ObjectSettings(
        from.directory(),
        from.blockCache(),
        from.writeBuffers(),
        from.inlineLimit(),
        from.openRowFiles(),
        from.maxBuckets(),
        from.durability(),
        from.batchInterval(),
        when,
        from.verifyMemory(),
        scrub);
  }
}
