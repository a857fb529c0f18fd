/**
 * The shipped subject tables. Raw events come in, sessions and transactions go out, each day a pure
 * function of the events whatever order the days run in. It refuses to know of storage, commits and
 * schedules.
 */
package dev.sluice.transform.subject;
