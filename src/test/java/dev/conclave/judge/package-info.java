@NullMarked
package dev.conclave.judge;

import org.jspecify.annotations.NullMarked;
