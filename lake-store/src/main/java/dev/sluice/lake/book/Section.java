package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/** What another room knows of a table, as a part of the table's page. */
public interface Section {
  /** Under what name the page has it. */
  String name();

  /** What the caller may know; nothing when there is nothing. */
  Optional<JsonNode> of(String caller, TableIdentifier table);
}
