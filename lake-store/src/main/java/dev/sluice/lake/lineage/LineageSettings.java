package dev.sluice.lake.lineage;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.List;

/**
 * Settings of lineage.
 *
 * @param namespaces OpenLineage namespaces that stand for this catalog, besides its own addresses
 * @param maxEvent bytes of one event
 * @param batch events of one request
 * @param maxDatasets an event may name as inputs, and as outputs
 * @param maxColumns origins of columns that an event may tell of
 * @param maxFacet bytes of a facet that is kept with its event; a longer one is left out of it
 * @param runs kept of each job
 * @param events kept of each run, the last ones
 * @param runAge how long runs, their events and their quality results are kept
 * @param edgeAge how long it is remembered that a job used a dataset, after the last time it did
 * @param results of quality kept of each dataset
 * @param answer datasets, or columns, in one answer
 * @param maxDepth steps from the dataset asked for
 * @param workers threads that answer; {@code queue} more requests may wait
 */
public record LineageSettings(
    @Default("") List<String> namespaces,
    @Default("4MiB") ByteSize maxEvent,
    @Default("500") int batch,
    @Default("1000") int maxDatasets,
    @Default("20000") int maxColumns,
    @Default("64KiB") ByteSize maxFacet,
    @Default("100") int runs,
    @Default("50") int events,
    @Default("90d") Duration runAge,
    @Default("90d") Duration edgeAge,
    @Default("2000") int results,
    @Default("1000") int answer,
    @Default("20") int maxDepth,
    @Default("2") int workers,
    @Default("256") int queue) {
  public LineageSettings {
    namespaces = List.copyOf(namespaces);
    if (batch < 1
        || maxDatasets < 1
        || maxColumns < 1
        || runs < 1
        || events < 1
        || results < 1
        || answer < 1
        || maxDepth < 1
        || workers < 1
        || queue < 1
        || maxEvent.bytes() < 1) {
      throw new SettingsException(
          "max-event, batch, max-datasets, max-columns, runs, events, results, answer, max-depth, workers and queue are at least 1");
    }
    if (runAge.isNegative() || runAge.isZero() || edgeAge.isNegative() || edgeAge.isZero()) {
      throw new SettingsException("run-age and edge-age are longer than nothing");
    }
    // What a job's texts may name is known from its edges: who may not read one is not shown them.
    if (edgeAge.compareTo(runAge) < 0) {
      throw new SettingsException("edge-age is at least run-age");
    }
  }
}
