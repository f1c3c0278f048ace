/**
 * Exploration of the production core: an oracle judges every step of many runs.
 *
 * <table>
 * <caption>What proves what; docs/verification.md continues, with a line for each promise and each rule</caption>
 * <tr><th>question</th><th>answered by</th></tr>
 * <tr><td>Does a promise break in any run within small bounds?</td>
 *     <td>{@code search.ExhaustiveTest}, whose searches {@code search.NamedSearch} lists</td></tr>
 * <tr><td>Does one break in long runs with many faults, and is there a leader when faults stop?</td>
 *     <td>{@code simulation.SimulationTest}, in each {@code simulation.SimulationArena}</td></tr>
 * <tr><td>Is there a leader in time where disks and paths are slow?</td><td>{@code simulation.SlowPathsTest}</td></tr>
 * <tr><td>Does each search and arena reach the cases that it exists for?</td>
 *     <td>{@code world.Milestone}, checked by the first two tests</td></tr>
 * <tr><td>May a search take states with one fingerprint for one state?</td><td>{@code search.FingerprintTest}</td></tr>
 * <tr><td>Would an explorer find a fault in a rule?</td>
 *     <td>{@code mutants.MutantsTest}, {@code DirectedTest}</td></tr>
 * <tr><td>Would the unit test of that rule find it?</td><td>{@code mutants.RulesTest}</td></tr>
 * <tr><td>Does the judge of real processes agree with the oracle?</td><td>{@code mutants.OneJudgeTest}</td></tr>
 * <tr><td>Is a printed run the same when it is read back?</td><td>{@code simulation.ReplayTest}</td></tr>
 * <tr><td>Would the same search find the faults of other code?</td><td>{@code nacos.NacosTest}</td></tr>
 * </table>
 *
 * <p>{@code world} holds the peers, their disks, clocks and messages, and the oracle; it depends on no explorer. {@code simulation}
 * makes random choices, {@code search} makes all of them or those of a script; {@code mutants} and {@code nacos} use both.
 */
@NullMarked
package dev.conclave.explore;

import org.jspecify.annotations.NullMarked;
