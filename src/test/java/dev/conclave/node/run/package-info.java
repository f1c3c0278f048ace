@NullMarked
package dev.conclave.node.run;

import org.jspecify.annotations.NullMarked;
