package dev.sluice.lake.query;

import dev.sluice.lake.query.Planner.Outlook;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.types.Types.StructType;

/**
 * What planning told of queries lately: the same text over the same columns is planned alike,
 * whoever asks and whatever rows there are by now. A dashboard asks the same again and again, and
 * to plan a small query takes longer than to run it. Of a text that asks the time nothing is kept.
 */
final class Outlooks {
  private static final int KEPT = 256;
  private static final int LONGEST = 8 * 1024;

  private final Map<Question, Outlook> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Outlook> eldest) {
              return size() > KEPT;
            }
          });

  /** All that an outlook depends on. */
  private record Question(String sql, OptionalLong enough, List<Shape> relations) {}

  /** A relation without its rows: its columns, or what makes it of others. */
  private record Shape(Place place, StructType columns, List<String> names, String text) {
    static Shape of(Relation relation) {
      if (relation instanceof Relation.Derived view) {
        return new Shape(view.place(), StructType.of(), view.columns(), view.text());
      }
      StructType columns =
          relation instanceof Relation.TableState state
              ? state.schema().asStruct()
              : ((Relation.Listed) relation).schema().asStruct();
      return new Shape(relation.place(), columns, List.of(), relation.getClass().getSimpleName());
    }
  }

  /** The outlook of a query that does not ask the time. */
  Outlook of(Planner planner, String sql, OptionalLong enough, List<Relation> relations)
      throws SQLException {
    if (sql.length() > LONGEST) {
      return planner.outlook(sql, enough, relations);
    }
    Question question = new Question(sql, enough, relations.stream().map(Shape::of).toList());
    Outlook outlook = known.get(question);
    if (outlook == null) {
      outlook = planner.outlook(sql, enough, relations);
      if (outlook.isWhole()) {
        known.put(question, outlook);
      }
    }
    return outlook;
  }
}
