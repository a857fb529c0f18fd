package dev.sluice.transform.sample;

import java.net.URI;
import org.apache.spark.sql.SparkSession;

/** A session of the tests' Spark whose catalog {@code lake} is one that speaks REST. */
public final class LakeSession {
  private static final String KEY = "spark.sql.catalog.lake";

  private LakeSession() {}

  public static SparkSession open(URI catalog, String token) {
    SparkSession spark = LocalSpark.session().newSession();
    spark.conf().unset(KEY + ".warehouse");
    spark.conf().set(KEY + ".type", "rest");
    spark.conf().set(KEY + ".uri", catalog.toString());
    spark.conf().set(KEY + ".token", token);
    spark.conf().set(KEY + ".token-refresh-enabled", "false");
    return spark;
  }
}
