package dev.sluice.lake.object;

/** The defaults, with one thing changed. */
final class TestSettings {
  private TestSettings() {}

  static ObjectSettings verifying(ObjectSettings from, ObjectSettings.Verify when) {
    return with(from, when, from.scrub(), from.changes(), from.stages());
  }

  static ObjectSettings scrubbing(ObjectSettings from, ScrubSettings scrub) {
    return with(from, from.verify(), scrub, from.changes(), from.stages());
  }

  static ObjectSettings keeping(ObjectSettings from, ChangeSettings changes) {
    return with(from, from.verify(), from.scrub(), changes, from.stages());
  }

  static ObjectSettings staging(ObjectSettings from, StageSettings stages) {
    return with(from, from.verify(), from.scrub(), from.changes(), stages);
  }

  private static ObjectSettings with(
      ObjectSettings from,
      ObjectSettings.Verify when,
      ScrubSettings scrub,
      ChangeSettings changes,
      StageSettings stages) {
    return new ObjectSettings(
        from.directory(),
        from.blockCache(),
        from.writeBuffers(),
        from.inlineLimit(),
        from.segmentLimit(),
        from.segmentSize(),
        from.openRowFiles(),
        from.maxBuckets(),
        from.durability(),
        from.batchInterval(),
        from.freeSpace(),
        when,
        from.verifyMemory(),
        scrub,
        changes,
        stages);
  }
}
