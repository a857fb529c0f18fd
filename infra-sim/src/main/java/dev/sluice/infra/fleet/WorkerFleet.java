package dev.sluice.infra.fleet;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.Instance;
import dev.sluice.infra.compute.InstanceListener;
import dev.sluice.infra.compute.InstanceState;
import dev.sluice.infra.compute.Launch;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an ingest worker on every running node of its role: begun when the node runs, finished when
 * it stops, lost when it is terminated. A node terminated is not replaced; one more is launched, by
 * whoever wants it, with the tag {@value #ROLE_TAG}={@value #ROLE}.
 */
public final class WorkerFleet implements Service, InstanceListener {
  public static final String ROLE_TAG = "sluice:role";
  public static final String ROLE = "ingest-worker";

  private static final Logger LOG = LoggerFactory.getLogger(WorkerFleet.class);

  /** More changes than this do not wait: the scheduler does, which tells of them. */
  private static final int WAITING_CHANGES = 1_024;

  private static final long DRAIN_SECONDS = 60;

  private final FleetSettings settings;
  private final Compute compute;
  private final Workplace workplace;
  private final ThreadPoolExecutor hands =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_CHANGES),
          work -> new Thread(work, "fleet"),
          new ThreadPoolExecutor.CallerRunsPolicy());

  /** Listens from now on: make it before the machines start. */
  public WorkerFleet(FleetSettings settings, Compute compute, Workplace workplace, Health health) {
    this.settings = settings;
    this.compute = compute;
    this.workplace = workplace;
    compute.listen(this);
    health.check("fleet", this::state);
  }

  @Override
  public String name() {
    return "fleet";
  }

  /** Launches the first nodes where there are none. */
  @Override
  public void start() {
    boolean none =
        compute.instances().stream().noneMatch(each -> ofOurs(each) && mayWorkAgain(each));
    if (none) {
      compute.run(
          new Launch(
              settings.image(),
              settings.type(),
              settings.nodes(),
              settings.nodes(),
              Optional.empty(),
              Map.of(ROLE_TAG, ROLE),
              Optional.empty()));
    }
  }

  @Override
  public void stop() throws InterruptedException {
    hands.shutdown();
    if (!hands.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
      hands.shutdownNow();
      throw new IllegalStateException("a node's work did not end in " + DRAIN_SECONDS + " s");
    }
  }

  @Override
  public void moved(Instance instance, Optional<InstanceState> from) {
    if (ofOurs(instance)) {
      hands.execute(() -> follow(instance));
    }
  }

  private void follow(Instance instance) {
    try {
      switch (instance.state()) {
        case RUNNING -> workplace.hire(instance.id());
        case STOPPING, STOPPED -> workplace.dismiss(instance.id());
        case SHUTTING_DOWN, TERMINATED -> workplace.lose(instance.id());
        case PENDING -> LOG.debug("{} is pending", instance.id());
      }
      LOG.info("node {} is {}", instance.id(), instance.state().word());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      LOG.error(
          "the work of node {} could not follow it to {}",
          instance.id(),
          instance.state(),
          failure);
    }
  }

  private Health.State state() {
    boolean any =
        compute.instances().stream()
            .anyMatch(
                each ->
                    ofOurs(each)
                        && (each.state() == InstanceState.RUNNING
                            || each.state() == InstanceState.PENDING));
    return any
        ? new Health.Up()
        : new Health.Down(
            "no node runs an ingest worker; start or launch one with the tag "
                + ROLE_TAG
                + "="
                + ROLE);
  }

  private static boolean mayWorkAgain(Instance instance) {
    return instance.state() != InstanceState.TERMINATED
        && instance.state() != InstanceState.SHUTTING_DOWN;
  }

  private static boolean ofOurs(Instance instance) {
    return ROLE.equals(instance.tags().get(ROLE_TAG));
  }
}
