/**
 * Built on the register of an election ({@link dev.conclave.ElectionRegister}): typed values, and a map of small
 * entries with conditional writes.
 *
 * <p><b>Stability: may change.</b>
 */
@NullMarked
package dev.conclave.register;

import org.jspecify.annotations.NullMarked;
