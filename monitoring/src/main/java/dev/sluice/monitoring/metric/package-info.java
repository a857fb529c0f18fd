/**
 * What a measurement is. Prometheus text comes in and samples go out; questions such as "the sum of
 * this counter by stream" are answered here. It refuses to know where a measurement came from and
 * what it is used for.
 */
package dev.sluice.monitoring.metric;
