package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Column;

/** Whom touches and conversions are of: a user, or a device whose user nobody named. */
final class Person {
  static final String COLUMN = "_person";

  private Person() {}

  static Column user(Column id) {
    return concat(lit("user "), id);
  }

  static Column device(Column id) {
    return concat(lit("device "), id);
  }
}
