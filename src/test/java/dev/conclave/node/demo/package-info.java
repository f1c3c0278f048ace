@NullMarked
package dev.conclave.node.demo;

import org.jspecify.annotations.NullMarked;
