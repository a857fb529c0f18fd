package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import java.util.Collection;

/** A line of a project's file, for whoever has to mend it. */
record Place(String file, int line) {
  JobFailure refuse(String why) {
    return new JobFailure(file + " line " + line + ": " + oneLine(why));
  }

  JobFailure refuse(String why, Throwable cause) {
    return new JobFailure(file + " line " + line + ": " + oneLine(why), cause);
  }

  /** A word that is none of those known, and the one that was probably meant. */
  JobFailure refuseUnknown(String what, String word, Collection<String> known) {
    return refuse(
        "unknown "
            + what
            + " '"
            + word
            + "'; "
            + Nearest.to(word, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known are " + String.join(", ", known)));
  }

  private static String oneLine(String why) {
    return why.strip().lines().findFirst().orElse("");
  }
}
