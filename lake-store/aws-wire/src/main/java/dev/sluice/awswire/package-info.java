/** The module. */
package dev.sluice.awswire;
