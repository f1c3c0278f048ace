@NullMarked
package dev.conclave.register;

import org.jspecify.annotations.NullMarked;
