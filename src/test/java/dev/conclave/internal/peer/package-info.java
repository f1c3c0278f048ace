@NullMarked
package dev.conclave.internal.peer;

import org.jspecify.annotations.NullMarked;
