/**
 * Where data comes from and where it goes. In come OpenLineage events of any engine; out go
 * answers: what a table or a column is made of and what is made of it, by which jobs, how their
 * runs went and what checks found. It refuses to know the catalog (whoever opens it says what
 * exists and who may) and how people are shown it.
 */
package dev.sluice.lake.lineage;
