package dev.sluice.infra.fleet;

/** Where work begins and ends, by the name of the node it runs on. */
public interface Workplace {
  /** Begins the node's work; nothing when it is under way. */
  void hire(String node) throws Exception;

  /** The node stops in order: its work is finished and handed on. */
  void dismiss(String node) throws Exception;

  /** The node is gone: its work ends where it is. */
  void lose(String node) throws Exception;
}
