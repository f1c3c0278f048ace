@NullMarked
package dev.conclave.metrics;

import org.jspecify.annotations.NullMarked;
