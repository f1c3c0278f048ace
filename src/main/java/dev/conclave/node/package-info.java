/**
 * The runnable node. Not in the library jar.
 *
 * <p>{@link dev.conclave.node.run} runs one peer; {@link dev.conclave.node.demo} starts several, kills leaders, and checks their
 * events; {@link dev.conclave.node.archive} writes the archive of classes; {@link dev.conclave.node.cli} is what the commands share.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node;

import org.jspecify.annotations.NullMarked;
