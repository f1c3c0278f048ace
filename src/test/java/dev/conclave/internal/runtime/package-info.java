@NullMarked
package dev.conclave.internal.runtime;

import org.jspecify.annotations.NullMarked;
