package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.PlanStatus;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.FetchScanTasksRequest;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.rest.responses.FetchPlanningResultResponse;
import org.apache.iceberg.rest.responses.FetchScanTasksResponse;
import org.apache.iceberg.rest.responses.PlanTableScanResponse;

/**
 * Plans the reading of a table: which files hold rows that a filter may let through. A plan is made
 * before it is answered; what does not fit the answer is fetched in parts.
 */
final class ScanCalls {
  private final Plans plans;

  ScanCalls(Plans plans) {
    this.plans = plans;
  }

  Reply answer(LakeCatalog catalog, Asked asked) {
    return switch (asked.route()) {
      case SUBMIT_PLAN -> submit(catalog, asked);
      case FETCH_PLAN -> fetch(catalog, asked);
      case CANCEL_PLAN -> cancel(asked);
      default -> tasks(catalog, asked);
    };
  }

  private Reply submit(LakeCatalog catalog, Asked asked) {
    PlanTableScanRequest request = asked.body(PlanTableScanRequest.class);
    if (request.startSnapshotId() != null || request.endSnapshotId() != null) {
      throw new UnsupportedOperationException(
          "this catalog plans scans of one snapshot, not of what lies between two");
    }
    Table table = catalog.loadTable(asked.table());
    Plans.Plan plan = plans.keep(asked.table(), files(scan(table, request)));
    PlanTableScanResponse.Builder response =
        PlanTableScanResponse.builder(table.specs())
            .withPlanStatus(PlanStatus.COMPLETED)
            .withPlanId(plan.id())
            .withFileScanTasks(plan.first());
    return Answers.ok(
        (plan.rest().isEmpty() ? response : response.withPlanTasks(plan.rest())).build());
  }

  private static TableScan scan(Table table, PlanTableScanRequest request) {
    TableScan scan = table.newScan().caseSensitive(request.caseSensitive());
    if (request.snapshotId() != null) {
      if (table.snapshot(request.snapshotId()) == null) {
        throw new BadRequestException("the table has no snapshot %s", request.snapshotId());
      }
      scan = scan.useSnapshot(request.snapshotId());
    }
    if (request.select() != null && !request.select().isEmpty()) {
      scan = scan.select(request.select());
    }
    if (request.filter() != null) {
      scan = scan.filter(request.filter());
    }
    return request.statsFields() == null || request.statsFields().isEmpty()
        ? scan
        : scan.includeColumnStats(request.statsFields());
  }

  private List<FileScanTask> files(TableScan scan) {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = scan.planFiles()) {
      for (FileScanTask task : planned) {
        if (files.size() == plans.limit()) {
          throw new UnsupportedOperationException(
              "this scan reads more than " + plans.limit() + " files: plan it in the client");
        }
        files.add(task);
      }
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
    return files;
  }

  private Reply fetch(LakeCatalog catalog, Asked asked) {
    Plans.Plan plan =
        plans
            .find(asked.table(), id(asked))
            .orElseThrow(
                () ->
                    new NoSuchPlanIdException(
                        "no such plan here: %s; it was forgotten, or another server made it: plan again",
                        id(asked)));
    FetchPlanningResultResponse.Builder response =
        FetchPlanningResultResponse.builder(catalog.loadTable(asked.table()).specs())
            .withPlanStatus(PlanStatus.COMPLETED)
            .withFileScanTasks(plan.first());
    return Answers.ok(
        (plan.rest().isEmpty() ? response : response.withPlanTasks(plan.rest())).build());
  }

  private Reply cancel(Asked asked) {
    plans.forget(asked.table(), id(asked));
    return Reply.empty(204);
  }

  private Reply tasks(LakeCatalog catalog, Asked asked) {
    String name = asked.body(FetchScanTasksRequest.class).planTask();
    TableIdentifier table = asked.table();
    List<FileScanTask> part =
        plans
            .part(table, name)
            .orElseThrow(
                () ->
                    new NoSuchPlanTaskException(
                        "no such plan task here: %s; it was forgotten, or another server made it: plan again",
                        name));
    return Answers.ok(
        FetchScanTasksResponse.builder(catalog.loadTable(table).specs())
            .withFileScanTasks(part)
            .build());
  }

  private static String id(Asked asked) {
    return RESTUtil.decodePathSegment(asked.match().variable("plan-id"));
  }
}
