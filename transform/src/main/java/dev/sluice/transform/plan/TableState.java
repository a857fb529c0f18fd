package dev.sluice.transform.plan;

import java.time.LocalDate;
import java.util.Optional;

/** A table as it stands while a plan is made. */
public interface TableState {
  TableVersion version();

  /** The first day it has rows of; none where it is empty, or its rows belong to no day. */
  Optional<LocalDate> firstDay();

  /** What has changed since a version. A table that was rewritten into fewer files has not. */
  Touched since(TableVersion then);

  /** What it takes to read these days, the last one included. */
  Volume volume(LocalDate from, LocalDate to);
}
