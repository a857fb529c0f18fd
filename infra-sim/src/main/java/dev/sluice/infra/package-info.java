/** The module. */
package dev.sluice.infra;
