@NullMarked
package dev.conclave.testkit;

import org.jspecify.annotations.NullMarked;
