/** The module. */
package dev.sluice.daemon;
