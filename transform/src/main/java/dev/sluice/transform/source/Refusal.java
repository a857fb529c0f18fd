package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a copy failed, in one line that tells no secret. */
final class Refusal {
  private static final Pattern RAISED =
      Pattern.compile("(?s)\\[USER_RAISED_EXCEPTION]\\s*(.*?)(?:\\s*SQLSTATE: \\w+)?\\s*$");

  private final Source source;
  private final TableCopy copy;
  private final Password password;

  Refusal(Source source, TableCopy copy, Password password) {
    this.source = source;
    this.copy = copy;
    this.password = password;
  }

  JobFailure of(Exception failed) {
    if (failed instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String line =
        "%s cannot be copied from %s of source %s: %s"
            .formatted(copy.to(), copy.from(), source.name(), password.hiddenIn(why(failed)));
    return password.toldBy(failed) ? new JobFailure(line) : new JobFailure(line, failed);
  }

  private String why(Throwable failed) {
    Throwable root = failed;
    for (Throwable cause = failed;
        cause != null && cause.getCause() != cause;
        cause = cause.getCause()) {
      root = cause;
      if (cause instanceof JobFailure known) {
        return known.getMessage();
      }
      if (cause instanceof SQLException sql) {
        return said(sql);
      }
      Matcher raised = RAISED.matcher(String.valueOf(cause.getMessage()));
      if (raised.find()) {
        return firstLine(raised.group(1));
      }
    }
    return root.getClass().getSimpleName() + ": " + firstLine(String.valueOf(root.getMessage()));
  }

  private String said(SQLException sql) {
    String message = firstLine(String.valueOf(sql.getMessage()));
    return switch (source.server().failure(sql)) {
      case AWAY -> "the server at " + source.place() + " does not answer (" + message + ")";
      case REFUSED_USER ->
          "the server refuses user %s; is the password in %s right? (%s)"
              .formatted(source.user(), source.passwordVariable(), message);
      case OTHER -> message;
    };
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("").strip();
  }
}
