package dev.sluice.infra.wire;

import dev.sluice.awswire.XmlWriter;

/** One action of the EC2 API: reads all its parameters, touching nothing. */
@FunctionalInterface
interface Ec2Action {
  Effect read(Parameters parameters);

  /** What is done when nothing was unknown and it is no dry run; writes what comes of it. */
  @FunctionalInterface
  interface Effect {
    void perform(XmlWriter out);
  }
}
