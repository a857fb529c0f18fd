package dev.sluice.ingest.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.ReceiptName;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReceiptDeskTest {
  private static final Stream STREAM =
      new Stream(
          "desk-clicks",
          List.of(new Field("click", FieldType.STRING, false)),
          Optional.empty(),
          Optional.empty(),
          1);

  @Test
  void whatNoTableHasReadIsPendingAlsoBeforeThereIsATable() throws Exception {
    House house = House.open();
    ReceiptDesk desk =
        new ReceiptDesk(
            house.lake(),
            (topic, shard) -> Optional.of(new LogReach("AAAAAAAAAAAAAAAAAAAAAA", 1, 50)));
    ReceiptName last = new ReceiptName("desk-clicks", 0, 49);
    assertThat(desk.find(STREAM, last)).isEqualTo(new Whereabouts.Pending(0));
    house.lake().open(TableLayout.of(STREAM));
    assertThat(desk.find(STREAM, last)).isEqualTo(new Whereabouts.Pending(0));
    assertThat(desk.find(STREAM, new ReceiptName("desk-clicks", 0, 50)))
        .isInstanceOf(Whereabouts.Unknown.class);
    assertThat(new ReceiptDesk(house.lake(), (topic, shard) -> Optional.empty()).find(STREAM, last))
        .isInstanceOf(Whereabouts.Unknown.class);
  }

  @Test
  void aReceiptsTextIsReadAsItIsWritten() {
    ReceiptName name = new ReceiptName("clicks-2", 3, 17);
    assertThat(ReceiptName.parse("clicks-2-3-17")).contains(name);
    assertThat(name.toString()).isEqualTo("clicks-2-3-17");
    for (String none : List.of("", "clicks-3", "clicks-03-1", "clicks-1--1", "clicks-1-1\n")) {
      assertThat(ReceiptName.parse(none)).as(none).isEmpty();
    }
  }
}
