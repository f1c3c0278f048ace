/**
 * The commands {@code status}, {@code watch}, {@code hand-over}, {@code drain}, {@code undrain}, {@code
 * electorate} and {@code events}, which speak to
 * the HTTP door of running nodes.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.operate;

import org.jspecify.annotations.NullMarked;
