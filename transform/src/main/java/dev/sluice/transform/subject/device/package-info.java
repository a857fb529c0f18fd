/**
 * What devices measured. Sensor readings come in; statistics by the hour, and where readings are
 * missing, go out. It refuses to know what a metric means.
 */
package dev.sluice.transform.subject.device;
