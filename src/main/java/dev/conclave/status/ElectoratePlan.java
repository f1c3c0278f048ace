package dev.conclave.status;

import java.util.List;

/**
 * The result of a dry run: the single changes that a change of the electorate consists of, the first of which would not be refused
 * now.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param self the name of the node that was asked
 * @param change the change, as the command line writes it
 * @param steps the single changes, in order; none if nothing is to be changed
 * @param warnings sentences about the state that these steps lead to
 */
public record ElectoratePlan(int version, String self, String change, List<String> steps, List<String> warnings) {

    /** Copies the lists. */
    public ElectoratePlan {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }
}
