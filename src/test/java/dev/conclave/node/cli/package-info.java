@NullMarked
package dev.conclave.node.cli;

import org.jspecify.annotations.NullMarked;
