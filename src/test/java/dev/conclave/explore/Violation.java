package dev.conclave.explore;

/** A property did not hold. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;

    Violation(String property, String story) {
        super(property + ": " + story, null, false, false);
        this.property = property;
    }

    /** Its short name: S1, R3, ... */
    String property() {
        return property;
    }
}
