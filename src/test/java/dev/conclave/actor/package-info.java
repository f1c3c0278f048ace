@NullMarked
package dev.conclave.actor;

import org.jspecify.annotations.NullMarked;
