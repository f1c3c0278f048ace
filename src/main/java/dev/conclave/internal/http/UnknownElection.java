package dev.conclave.internal.http;

import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;

/** The node does not know the election that a request names. */
final class UnknownElection extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnknownElection(PeerId self, String name) {
        super(self + " does not know the election \"" + PrintableText.of(name)
                + "\": see GET /conclave/elections for those that it knows");
    }
}
