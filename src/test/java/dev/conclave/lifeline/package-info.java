@NullMarked
package dev.conclave.lifeline;

import org.jspecify.annotations.NullMarked;
