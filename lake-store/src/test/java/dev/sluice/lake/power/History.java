package dev.sluice.lake.power;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one workload asked for and was answered, each at a moment of the recording. */
final class History {
  private record Event(int moment, Answers.Line line) {}

  /** What was acknowledged by a moment, and what was under way. */
  record Standing(Ledger ledger, List<Deed> underway) {}

  private final List<Event> events = new ArrayList<>();
  private final int first;
  private final int last;

  History(Recording recording, Workload workload) {
    String directory = recording.root().resolve(workload.directory()).toString();
    String file = directory + "/" + Answers.FILE;
    int descriptor = -1;
    int from = -1;
    int to = -1;
    for (int moment = 0; moment < recording.calls().size(); moment++) {
      Call call = recording.calls().get(moment);
      if (call.path().startsWith(directory + "/") || call.path().equals(directory)) {
        from = from < 0 ? moment : from;
        to = moment;
      }
      if (call.kind() == Call.Kind.OPENED && call.path().equals(file)) {
        descriptor = call.descriptor();
      } else if (call.kind() == Call.Kind.CLOSED && call.descriptor() == descriptor) {
        descriptor = -1;
        to = moment;
      } else if (call.kind() == Call.Kind.WRITTEN && call.descriptor() == descriptor) {
        String text = StandardCharsets.UTF_8.decode(call.bytes().duplicate()).toString();
        events.add(new Event(moment, Answers.Line.parse(text)));
      }
    }
    first = from;
    last = to;
  }

  /** What was asked for and answered according to the file, a line being a moment. */
  History(Path answers) throws IOException {
    for (String line : Files.readAllLines(answers)) {
      events.add(new Event(events.size(), Answers.Line.parse(line)));
    }
    first = 0;
    last = events.size();
  }

  /** The first moment of the workload. */
  int first() {
    return first;
  }

  int last() {
    return last;
  }

  /** The moments just after an answer. */
  List<Integer> answered() {
    return events.stream()
        .filter(each -> each.line().event().equals("done"))
        .map(each -> each.moment() + 1)
        .toList();
  }

  Standing at(int moment) {
    Ledger ledger = new Ledger();
    Map<Integer, Deed> underway = new LinkedHashMap<>();
    for (Event each : events) {
      if (each.moment() >= moment) {
        break;
      }
      Answers.Line line = each.line();
      if (line.event().equals("begun")) {
        underway.put(line.number(), Deed.parse(line.fields()));
      } else {
        ledger.apply(underway.remove(line.number()), line.fields().get(0));
      }
    }
    return new Standing(ledger, List.copyOf(underway.values()));
  }
}
