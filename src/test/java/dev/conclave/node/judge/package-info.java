@NullMarked
package dev.conclave.node.judge;

import org.jspecify.annotations.NullMarked;
