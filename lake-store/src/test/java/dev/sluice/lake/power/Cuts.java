package dev.sluice.lake.power;

import dev.sluice.lake.power.Cut.Survival;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where to cut a recording: just after answers, beside syncs and changes of names, anywhere. */
final class Cuts {
  private static final Survival[] MIX = {
    Survival.SYNCED_ONLY,
    Survival.SYNCED_ONLY,
    Survival.SYNCED_ONLY,
    Survival.EVERYTHING,
    Survival.IN_ORDER,
    Survival.IN_ORDER,
    Survival.ANY,
    Survival.ANY,
    Survival.ANY
  };

  private final Recording recording;
  private final Random random;

  Cuts(Recording recording, Random random) {
    this.recording = recording;
    this.random = random;
  }

  /** So many cuts within the history. */
  List<Cut> within(History history, int count) {
    List<Integer> answered = history.answered();
    List<Integer> beside = beside(history);
    List<Cut> cuts = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      int choice = random.nextInt(5);
      int moment = history.first() + random.nextInt(history.last() - history.first() + 2);
      if (choice < 2 && !answered.isEmpty()) {
        moment = answered.get(random.nextInt(answered.size()));
      } else if (choice < 4 && !beside.isEmpty()) {
        moment = beside.get(random.nextInt(beside.size()));
      }
      cuts.add(new Cut(moment, MIX[random.nextInt(MIX.length)], random.nextLong()));
    }
    return cuts;
  }

  private List<Integer> beside(History history) {
    List<Integer> moments = new ArrayList<>();
    for (int moment = history.first(); moment <= history.last(); moment++) {
      switch (recording.calls().get(moment).kind()) {
        case SYNC_DONE, RENAMED, UNLINKED, LINKED, TRUNCATED -> {
          moments.add(moment);
          moments.add(moment + 1);
        }
        default -> {}
      }
    }
    return moments;
  }
}
