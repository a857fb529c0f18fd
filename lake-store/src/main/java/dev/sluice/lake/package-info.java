/** The module. */
package dev.sluice.lake;
