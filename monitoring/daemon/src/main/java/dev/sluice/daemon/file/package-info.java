/**
 * Files that only their owner reads. A path and a text come in; the file as it was or as it shall
 * be goes out, on disk. It refuses to know what is written.
 */
package dev.sluice.daemon.file;
