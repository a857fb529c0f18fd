/**
 * Names of tables as one text. In come the levels of a namespace and a table's name; out goes a
 * text from which they can be had again. It refuses to know what there is under a name.
 */
package dev.sluice.lake.name;
