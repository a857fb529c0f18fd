/**
 * The rules of the house, as tests that read every module's sources, classes, documents and class
 * paths. An exception to a rule is a line with a reason in {@code exceptions.txt}; one that is no
 * longer needed fails like a breach.
 */
package dev.sluice.infra.house;
