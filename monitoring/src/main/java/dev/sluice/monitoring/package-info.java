/** The module. */
package dev.sluice.monitoring;
