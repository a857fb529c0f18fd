/**
 * When what runs. Settings, a clock and the properties of a shared table come in; commands started,
 * retried and given up go out, with what is to be told of them. It refuses to know what a command
 * does, and loads no Spark class.
 */
package dev.sluice.transform.schedule;
