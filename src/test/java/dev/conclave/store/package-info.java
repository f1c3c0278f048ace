@NullMarked
package dev.conclave.store;

import org.jspecify.annotations.NullMarked;
