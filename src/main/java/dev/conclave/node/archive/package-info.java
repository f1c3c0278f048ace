/**
 * The command {@code archive}: the archive of classes that halves the time of a start.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.archive;

import org.jspecify.annotations.NullMarked;
