package dev.sluice.daemon;

/** Something that runs until it is stopped. Both calls return only when it is done. */
public interface Service {
  String name();

  void start() throws Exception;

  /**
   * Called once, also after a failed start; lets go of everything and joins every thread it owns.
   */
  void stop() throws Exception;
}
