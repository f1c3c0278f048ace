/** How long a step of the core takes, and a look at who leads. */
package dev.conclave.bench.core;
