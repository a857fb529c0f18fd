package dev.sluice.transform.schedule;

/** Who is told what a runner does, and shown the board whenever it read it. */
interface Onlooker {
  void told(Told told);

  void seen(Board board);
}
