package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.LakeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {
  private static final QuerySettings SETTINGS =
      Settings.read(LakeSettings.class, Optional.empty(), Map.of()).sql();

  private static Planner open() throws SQLException {
    return Planner.open(SETTINGS, new KnownTexts());
  }

  private static Planner.Outlook outlook(Planner planner, String sql, Relation... relations)
      throws SQLException {
    return planner.outlook(sql, OptionalLong.empty(), List.of(relations));
  }

  /** The walk over the syntax refuses all of these before: this is what holds should it fail. */
  @Test
  void noQueryOpensALocalFileWhileItIsPlanned(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("secret.csv"), "word\nsesame\n");
    List<String> reading =
        List.of(
            "SELECT * FROM read_csv('" + file + "')",
            "FROM '" + file + "'",
            "SELECT * FROM read_text('" + file + "')",
            "SELECT (SELECT max(size) FROM read_blob('" + file + "'))");
    try (Planner planner = open();
        Connection open = DriverManager.getConnection("jdbc:duckdb:")) {
      for (String sql : reading) {
        assertThat(RowSource.columns(open, sql)).as("where it may: " + sql).isNotEmpty();
        assertThat(outlook(planner, sql).columns()).as(sql).isEmpty();
        Relation view = new Relation.Derived(new Place("raw", "v"), List.of(), sql);
        assertThat(outlook(planner, "SELECT * FROM raw.v", view).columns()).as(sql).isEmpty();
      }
      assertThat(outlook(planner, "SELECT 1 AS one").columns())
          .contains(List.of(new Column("one", "INTEGER")));
    }
  }

  @Test
  void whatWasMadeForOneQueryIsGoneForTheNext() throws Exception {
    Relation view = new Relation.Derived(new Place("raw", "v"), List.of("n"), "SELECT 7");
    try (Planner planner = open()) {
      assertThat(outlook(planner, "SELECT n FROM raw.v", view).columns())
          .contains(List.of(new Column("n", "INTEGER")));
      assertThat(outlook(planner, "SELECT n FROM raw.v").columns()).isEmpty();
      assertThat(outlook(planner, "SELECT n FROM raw.v", view).columns()).isPresent();
    }
  }

  @Test
  void whatWasPlannedOnceIsKnownUntilAnythingOfItIsAnother() throws Exception {
    Outlooks outlooks = new Outlooks();
    Place place = new Place("raw", "v");
    Relation seven = new Relation.Derived(place, List.of("n"), "SELECT 7");
    Relation word = new Relation.Derived(place, List.of("n"), "SELECT 'seven'");
    String sql = "SELECT n FROM raw.v";
    try (Planner planner = open()) {
      Planner.Outlook first = outlooks.of(planner, sql, OptionalLong.empty(), List.of(seven));
      assertThat(first.columns()).contains(List.of(new Column("n", "INTEGER")));
      assertThat(outlooks.of(planner, sql, OptionalLong.empty(), List.of(seven))).isSameAs(first);
      assertThat(outlooks.of(planner, sql, OptionalLong.empty(), List.of(word)).columns())
          .contains(List.of(new Column("n", "VARCHAR")));
      assertThat(outlooks.of(planner, sql, OptionalLong.of(1), List.of(seven))).isNotSameAs(first);
    }
  }

  @Test
  void whatWasParsedOnceIsReadAlikeAndChangedByNobodyWhoHasIt() throws Exception {
    KnownTexts known = new KnownTexts();
    String sql = "SELECT n FROM raw.v";
    try (Planner first = Planner.open(SETTINGS, known);
        Planner second = Planner.open(SETTINGS, known)) {
      References once = first.syntax().references(sql);
      once.tables().get(0).pointTo(new Place("other", "w"), "v");
      String pointed = first.syntax().text(once.tree());
      assertThat(pointed).contains("other");
      assertThat(first.syntax().text(once.tree())).isEqualTo(pointed);
      assertThat(second.syntax().text(second.syntax().references(sql).tree()))
          .doesNotContain("other")
          .isEqualTo(first.syntax().text(first.syntax().references(sql).tree()));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> second.syntax().references("SELECT FROM WHERE"))
            .isInstanceOf(RefusedQueryException.class);
      }
    }
  }
}
