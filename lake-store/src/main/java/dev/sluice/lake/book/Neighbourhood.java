package dev.sluice.lake.book;

import java.util.List;

/**
 * What the book is told by others.
 *
 * @param sections further parts of each page
 * @param demand how often tables are asked for
 * @param renames who else goes by names
 * @param others what else can be found
 */
public record Neighbourhood(
    Access access,
    Sampling sampling,
    List<Section> sections,
    Demand demand,
    Renames renames,
    Others others) {
  public Neighbourhood {
    sections = List.copyOf(sections);
  }
}
