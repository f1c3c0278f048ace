/**
 * The command {@code demo}: peers as processes of their own, whose leader is killed, frozen or stopped while one watches.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.demo;

import org.jspecify.annotations.NullMarked;
