@NullMarked
package dev.conclave.lease;

import org.jspecify.annotations.NullMarked;
