/**
 * Simulated EC2 instances. Wishes (run, start, stop, terminate, tag) come in; instances that move
 * through EC2's life cycle in simulated or real time go out, billed while EC2 would bill, with
 * every change on disk before it is told. It refuses to know the wire a wish came over and what
 * work runs on a node.
 */
package dev.sluice.infra.compute;
