/**
 * Reads and checks settings: what a value must be, whether nodes agree, and which keys are misspelled.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.settings;

import org.jspecify.annotations.NullMarked;
