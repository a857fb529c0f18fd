package dev.sluice.lake.query;

import dev.sluice.lake.query.Intent.Timing;
import dev.sluice.lake.query.References.Listing;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Reads out of a query's text what it means: parses it, finds its tables in the catalog, and has it
 * planned over empty tables. Touches no file of theirs.
 */
final class IntentReader {
  private final QuerySettings settings;
  private final TableFinder finder;
  private final Optional<ObjectInventory> inventory;
  private final Planner planner;
  private final Outlooks outlooks;
  private final Delivery delivery;

  /**
   * @param outlooks of queries before
   * @param delivery is asked between the steps whether to go on
   */
  IntentReader(
      QuerySettings settings,
      TableFinder finder,
      Optional<ObjectInventory> inventory,
      Planner planner,
      Outlooks outlooks,
      Delivery delivery) {
    this.settings = settings;
    this.finder = finder;
    this.inventory = inventory;
    this.planner = planner;
    this.outlooks = outlooks;
    this.delivery = delivery;
  }

  Intent read(SqlRequest request) throws RefusedQueryException, SQLException {
    String text =
        Parameters.fill(planner.syntax(), AsOfText.rewritten(request.sql()), request.parameters());
    References references = planner.syntax().references(text);
    Optional<String> listing = listing(references);
    if (listing.isPresent()) {
      return Intent.of(listing.get());
    }
    delivery.check();
    Resolver resolver = new Resolver(planner.syntax(), finder, inventory, settings.maxTables());
    resolver.resolve(references.tables());
    Map<Place, Schema> listed =
        references.listing() == Listing.EVERY_TABLE ? others(resolver) : Map.of();
    String sql = planner.syntax().text(references.tree());
    delivery.check();
    return intent(sql, resolver.relations(), listed, delivery.enough());
  }

  private Intent intent(
      String sql, List<Relation> relations, Map<Place, Schema> listed, OptionalLong enough)
      throws SQLException {
    Planner.Outlook outlook;
    Timing timing = Timing.ANY_TIME;
    if (asksTheTime(sql, relations)) {
      outlook = planner.outlook(sql, enough, relations);
      timing = outlook.isWhole() ? Timing.ITS_TIME : Timing.NOT_PLANNED;
    } else {
      outlook = outlooks.of(planner, sql, enough, relations);
    }
    return new Intent(
        sql,
        relations,
        outlook.demands().orElseGet(() -> everything(relations)),
        listed,
        outlook.columns(),
        timing);
  }

  private static boolean asksTheTime(String sql, List<Relation> relations) {
    return TellsTime.in(sql)
        || relations.stream()
            .anyMatch(each -> each instanceof Relation.Derived view && TellsTime.in(view.text()));
  }

  static List<Demand> everything(List<Relation> relations) {
    return relations.stream().map(each -> Demand.EVERYTHING).toList();
  }

  /** Every other table there is, by its columns alone: the query asks what there is. */
  private Map<Place, Schema> others(Resolver resolver) {
    Map<Place, Schema> others = new LinkedHashMap<>();
    for (TableIdentifier identifier : finder.all()) {
      Optional<TableFinder.Found> found =
          resolver.has(identifier) ? Optional.empty() : finder.load(identifier);
      if (found.isPresent()) {
        others.put(
            new Place(identifier.namespace().toString(), identifier.name()),
            TableFinder.columns(found.get()));
      }
    }
    return others;
  }

  /** The lake's own answer to a plain SHOW: DuckDB would tell of one schema at a time. */
  private Optional<String> listing(References references) {
    return switch (references.show()) {
      case "tables" ->
          Optional.of(
              values(
                  List.of("namespace", "name"),
                  finder.all().stream()
                      .map(table -> List.of(table.namespace().toString(), table.name()))
                      .toList()));
      case "schemas" ->
          Optional.of(
              values(
                  List.of("namespace"),
                  finder.namespaces().stream().map(space -> List.of(space.toString())).toList()));
      case "databases" -> Optional.of(values(List.of("name"), List.of(List.of("lake"))));
      default -> Optional.empty();
    };
  }

  private static String values(List<String> columns, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return columns.stream()
          .map(column -> "NULL::VARCHAR AS " + SqlText.name(column))
          .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }
    return rows.stream()
            .map(
                row ->
                    row.stream().map(SqlText::literal).collect(Collectors.joining(",", "(", ")")))
            .collect(Collectors.joining(",", "SELECT * FROM (VALUES ", ")"))
        + " AS listed("
        + columns.stream().map(SqlText::name).collect(Collectors.joining(","))
        + ") ORDER BY ALL";
  }
}
