/** The module. */
package dev.sluice.transform;
