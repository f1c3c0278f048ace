@NullMarked
package dev.conclave.internal.telemetry;

import org.jspecify.annotations.NullMarked;
