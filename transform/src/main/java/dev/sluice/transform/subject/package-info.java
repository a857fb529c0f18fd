/**
 * The shipped subject tables. Raw events come in; sessions, orders, users, items, paths, funnels
 * and cohorts go out, each a pure function of what the tables hold whatever order the days run in.
 * It refuses to know of storage, commits and schedules.
 */
package dev.sluice.transform.subject;
