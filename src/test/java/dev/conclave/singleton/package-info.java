@NullMarked
package dev.conclave.singleton;

import org.jspecify.annotations.NullMarked;
