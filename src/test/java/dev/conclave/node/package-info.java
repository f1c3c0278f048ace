@NullMarked
package dev.conclave.node;

import org.jspecify.annotations.NullMarked;
