/** Starts the systems' processes, strikes their leaders, and writes down how long it takes until another one leads. */
package dev.conclave.bench.driver;
