@NullMarked
package dev.conclave.internal.node;

import org.jspecify.annotations.NullMarked;
