package dev.sluice.transform.schedule;

/** The fake keeps what the real thing keeps. */
class PropertiesInMemoryTest extends SharedPropertiesContract {
  private final PropertiesInMemory properties = new PropertiesInMemory();

  @Override
  SharedProperties client() {
    return properties;
  }
}
