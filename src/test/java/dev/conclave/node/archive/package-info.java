@NullMarked
package dev.conclave.node.archive;

import org.jspecify.annotations.NullMarked;
