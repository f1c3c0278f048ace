/**
 * The same search on the vote rules of Nacos 1.1.3, whose faults it must find.
 */
@NullMarked
package dev.conclave.explore.nacos;

import org.jspecify.annotations.NullMarked;
