package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tables that have to be made before a job: those it reads, and those its checks look up. */
final class Needs {
  private Needs() {}

  static Set<TableName> of(List<Read> reads, List<Check> checks, TableName own) {
    Set<TableName> needs = new HashSet<>();
    reads.forEach(read -> needs.add(read.table()));
    for (Check check : checks) {
      if (check.rule() instanceof Check.Refers refers && !refers.table().equals(own)) {
        needs.add(refers.table());
      }
    }
    return needs;
  }
}
