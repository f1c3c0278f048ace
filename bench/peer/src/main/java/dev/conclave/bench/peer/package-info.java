/**
 * What the processes of every system have in common: how they are started, what they print and what they are told, so that
 * one driver measures them all in the same way.
 */
package dev.conclave.bench.peer;
