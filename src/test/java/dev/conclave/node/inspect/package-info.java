@NullMarked
package dev.conclave.node.inspect;

import org.jspecify.annotations.NullMarked;
