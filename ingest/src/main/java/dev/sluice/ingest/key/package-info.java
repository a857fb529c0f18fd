/**
 * Who may write what, and how much: keys shown come in with the address they came from, and leave
 * as a key that is known with its streams and what is left of its allowance, as unknown, or as
 * locked out. It refuses to know by which protocol a key was shown.
 */
package dev.sluice.ingest.key;
