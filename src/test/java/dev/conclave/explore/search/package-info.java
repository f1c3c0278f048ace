/**
 * Complete searches of all states within bounds, and worlds that a test moves by hand. Start at {@link PeerModel} and {@link
 * Search}.
 */
@NullMarked
package dev.conclave.explore.search;

import org.jspecify.annotations.NullMarked;
