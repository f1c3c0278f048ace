/**
 * For tests of applications: {@link dev.conclave.testkit.ConclaveTestKit} replaces real elections by elections that the test
 * controls.
 *
 * <p><b>Stability: may change.</b> Listed in {@code docs/api.txt}; CHANGELOG.md says what changed.
 */
@NullMarked
package dev.conclave.testkit;

import org.jspecify.annotations.NullMarked;
