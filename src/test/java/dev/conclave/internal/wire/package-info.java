@NullMarked
package dev.conclave.internal.wire;

import org.jspecify.annotations.NullMarked;
