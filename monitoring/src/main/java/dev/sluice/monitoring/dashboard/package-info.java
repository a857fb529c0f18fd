/**
 * What people see. The latest observations come in; one status goes out, as a page, as JSON and as
 * lines for a terminal. It refuses to know how observations are made.
 */
package dev.sluice.monitoring.dashboard;
