/**
 * What advertising brought and cost. Sessions, orders, installs, what partners and call tracking
 * report and what was spent come in; credit for conversions, costs, returns and calls go out. It
 * refuses to know how sessions and orders are made.
 */
package dev.sluice.transform.subject.marketing;
