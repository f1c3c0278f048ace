/** Small complete programs around Conclave, each run by a test. */
@NullMarked
package dev.conclave.example;

import org.jspecify.annotations.NullMarked;
