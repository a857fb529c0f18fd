package dev.sluice.ingest.ledger;

import java.util.ArrayList;
import java.util.List;

/** What a verification has found so far. So many problems are enough; the rest are counted. */
final class Findings {

  private static final int MOST = 200;

  private final List<Verification.Problem> problems = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();
  private long unnamed;

  void wrong(String kind, String where, String detail) {
    if (problems.size() < MOST) {
      problems.add(new Verification.Problem(kind, where, detail));
    } else {
      unnamed++;
    }
  }

  void unless(Boolean right, String kind, String where, String detail) {
    if (!right) {
      wrong(kind, where, detail);
    }
  }

  void notCompared(String what) {
    notCompared.add(what);
  }

  List<Verification.Problem> problems() {
    List<Verification.Problem> all = new ArrayList<>(problems);
    if (unnamed > 0) {
      all.add(new Verification.Problem("more", "", unnamed + " more problems are not named"));
    }
    return all;
  }

  List<String> notCompared() {
    return List.copyOf(notCompared);
  }
}
