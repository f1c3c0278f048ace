/**
 * For the tests of applications: {@link dev.conclave.testkit.ConclaveTestKit} puts an election whose course the test writes in
 * the place of the real one.
 *
 * <p><b>Stability: may change.</b> Listed in {@code docs/api.txt}; CHANGELOG.md says what changed.
 */
@NullMarked
package dev.conclave.testkit;

import org.jspecify.annotations.NullMarked;
