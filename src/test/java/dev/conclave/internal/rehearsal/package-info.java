@NullMarked
package dev.conclave.internal.rehearsal;

import org.jspecify.annotations.NullMarked;
