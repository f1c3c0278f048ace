/**
 * The electorate: the voters and the times that all nodes agree on, as a chain of configurations, and how the voters of one choose
 * the next while everything runs (rules E1 to E10). Pure: {@link dev.conclave.core.electorate.Electorate} is one node's part of it.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.core.electorate;

import org.jspecify.annotations.NullMarked;
