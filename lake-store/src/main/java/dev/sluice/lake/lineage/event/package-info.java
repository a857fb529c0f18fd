/**
 * What an OpenLineage event says. In comes JSON of anybody's making; out goes what happened to
 * which run, job, datasets and columns, tables of this catalog told from everything else, or a
 * refusal that names the field. It refuses to know where that is kept and who asks for it.
 */
package dev.sluice.lake.lineage.event;
