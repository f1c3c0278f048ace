/**
 * The common part of the processes of every system: their start, the lines that they print and the commands that they obey, so that
 * one driver measures them all in the same way.
 */
package dev.conclave.bench.peer;
