@NullMarked
package dev.conclave.internal.warmup;

import org.jspecify.annotations.NullMarked;
