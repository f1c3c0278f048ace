@NullMarked
package dev.conclave.node.exec;

import org.jspecify.annotations.NullMarked;
