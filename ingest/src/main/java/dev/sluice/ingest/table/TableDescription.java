package dev.sluice.ingest.table;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a table's properties say of the stream whose events it has. */
public final class TableDescription {
  private static final Logger LOG = LoggerFactory.getLogger(TableDescription.class);

  private TableDescription() {}

  /** Has the table say what its layout does; one that does not is as good, and is asked again. */
  public static void keep(Table table, TableLayout layout) {
    Map<String, String> there = table.properties();
    Map<String, String> changed = new HashMap<>(layout.description());
    changed.keySet().removeIf(key -> layout.description().get(key).equals(there.get(key)));
    if (changed.isEmpty()) {
      return;
    }
    try {
      UpdateProperties update = table.updateProperties();
      changed.forEach(update::set);
      update.commit();
    } catch (RuntimeException e) {
      LOG.info("{} does not say what it is of: {}", layout.identifier(), e.toString());
    }
  }
}
