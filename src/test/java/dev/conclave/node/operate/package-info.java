@NullMarked
package dev.conclave.node.operate;

import org.jspecify.annotations.NullMarked;
