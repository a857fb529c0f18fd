package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.AliasIdentifier;
import org.apache.spark.sql.catalyst.analysis.ExpressionWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.PlanWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.RelationTimeTravel;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.plans.logical.ScriptTransformation;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import org.apache.spark.sql.execution.SparkSqlParser;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * A query as Spark's parser reads it, before anything in it is looked up: its tables are found in
 * every part of it, and each is replaced by what the run has for it. Nothing is left that Spark
 * would look up by itself.
 */
final class Query {
  private static final Pattern LINE = Pattern.compile("\\(line (\\d+), pos \\d+\\)");
  private static final LocalDate ANY_DAY = LocalDate.of(2000, 1, 1);

  private final Body body;
  private final Set<TableName> tables = new LinkedHashSet<>();

  private Query(Body body) {
    this.body = body;
    new Walk(
            body.place(),
            table -> {
              tables.add(table);
              return Optional.empty();
            })
        .plan(parse(body, ANY_DAY), Set.of());
  }

  /** Refuses what is no query, or not one whose tables are all in sight. */
  static Query of(Body body) {
    return new Query(body);
  }

  /** The tables that the query reads, in the order it names them. */
  Set<TableName> tables() {
    return Collections.unmodifiableSet(tables);
  }

  Body body() {
    return body;
  }

  /** The query for a day, each table replaced by its plan. */
  LogicalPlan on(LocalDate day, Function<TableName, LogicalPlan> plans) {
    return new Walk(body.place(), plans.andThen(Optional::of)).plan(parse(body, day), Set.of());
  }

  /** Refuses what is no expression. */
  static void expression(Body body) {
    try {
      parser().parseExpression(body.sql(ANY_DAY));
    } catch (ParseException broken) {
      throw refusal(body, broken);
    }
  }

  /** Refuses a query that reads anything but the view {@code rows}. */
  static void overRows(Body body) {
    new Walk(
            body.place(),
            table -> {
              throw body.place().refuse("a check reads 'rows' and no table: " + table);
            })
        .plan(parse(body, ANY_DAY), Set.of("rows"));
  }

  private static LogicalPlan parse(Body body, LocalDate day) {
    try {
      return parser().parsePlan(body.sql(day));
    } catch (ParseException broken) {
      throw refusal(body, broken);
    }
  }

  private static ParserInterface parser() {
    return new SparkSqlParser();
  }

  static JobFailure refusal(Body body, Exception broken) {
    String message = broken.getMessage().strip().lines().findFirst().orElse("");
    Matcher line = LINE.matcher(message);
    Place place =
        line.find()
            ? new Place(
                body.place().file(), Math.max(body.place().line(), Integer.parseInt(line.group(1))))
            : body.place();
    return place.refuse("cannot be run: " + message, broken);
  }

  /** One way through a plan and its subqueries. */
  private static final class Walk {
    private final Place place;
    private final Function<TableName, Optional<LogicalPlan>> plans;

    /**
     * @param plans what takes a table's place; nothing leaves the table as it is
     */
    Walk(Place place, Function<TableName, Optional<LogicalPlan>> plans) {
      this.place = place;
      this.plans = plans;
    }

    /**
     * @param named what the query itself has named so far, in lower case
     */
    LogicalPlan plan(LogicalPlan plan, Set<String> named) {
      if (plan instanceof UnresolvedWith with) {
        return with(with, named);
      }
      if (plan instanceof UnresolvedRelation relation) {
        return relation(relation, named);
      }
      refuse(plan);
      return plan.mapExpressions(expression -> expression(expression, named))
          .mapChildren(child -> plan(child, named));
    }

    private void refuse(LogicalPlan plan) {
      if (plan instanceof Command || plan instanceof ParsedStatement) {
        throw place.refuse("a job is a query and changes nothing itself: " + plan.nodeName());
      }
      if (plan instanceof ScriptTransformation) {
        throw place.refuse("TRANSFORM runs a program, which a job does not");
      }
      if (plan instanceof RelationTimeTravel) {
        throw place.refuse("a job reads the tables as its run has them, not AS OF another time");
      }
      if (plan instanceof PlanWithUnresolvedIdentifier) {
        throw place.refuse("IDENTIFIER() hides which table is read; name it");
      }
    }

    private LogicalPlan with(UnresolvedWith with, Set<String> outer) {
      Set<String> named = new HashSet<>(outer);
      List<Tuple3<String, SubqueryAlias, Option<Object>>> relations = new ArrayList<>();
      for (Tuple3<String, SubqueryAlias, Option<Object>> relation :
          CollectionConverters.asJava(with.cteRelations())) {
        String name = relation._1().toLowerCase(Locale.ROOT);
        Set<String> seen = new HashSet<>(named);
        if (with.allowRecursion()) {
          seen.add(name);
        }
        relations.add(
            new Tuple3<>(relation._1(), (SubqueryAlias) plan(relation._2(), seen), relation._3()));
        named.add(name);
      }
      return new UnresolvedWith(
          plan(with.child(), named),
          CollectionConverters.asScala(relations).toSeq(),
          with.allowRecursion());
    }

    private LogicalPlan relation(UnresolvedRelation relation, Set<String> named) {
      List<String> parts = CollectionConverters.asJava(relation.multipartIdentifier());
      if (parts.size() == 1 && named.contains(parts.get(0).toLowerCase(Locale.ROOT))) {
        return relation;
      }
      if (!relation.options().isEmpty() || relation.isStreaming()) {
        throw place.refuse("a job reads a table without options: " + relation.name());
      }
      TableName table = Names.table(parts, String.join(".", parts), place);
      return plans.apply(table).map(found -> named(table, found)).orElse(relation);
    }

    /** So that columns can be called by the table's name, as of a table that Spark finds. */
    private static LogicalPlan named(TableName table, LogicalPlan plan) {
      Seq<String> qualifier =
          CollectionConverters.asScala(List.of(TableName.CATALOG, table.namespace())).toSeq();
      return new SubqueryAlias(new AliasIdentifier(table.table(), qualifier), plan);
    }

    private Expression expression(Expression expression, Set<String> named) {
      return expression.transform(
          new AbstractPartialFunction<Expression, Expression>() {
            @Override
            public boolean isDefinedAt(Expression node) {
              return node instanceof PlanExpression
                  || node instanceof ExpressionWithUnresolvedIdentifier;
            }

            @Override
            @SuppressWarnings("unchecked")
            public <A extends Expression, B> B applyOrElse(
                A node, scala.Function1<A, B> otherwise) {
              if (node instanceof ExpressionWithUnresolvedIdentifier) {
                throw place.refuse("IDENTIFIER() hides what is read; name it");
              }
              if (node instanceof PlanExpression<?> subquery
                  && subquery.plan() instanceof LogicalPlan inner) {
                return (B) ((PlanExpression<LogicalPlan>) subquery).withNewPlan(plan(inner, named));
              }
              return otherwise.apply(node);
            }
          });
    }
  }
}
