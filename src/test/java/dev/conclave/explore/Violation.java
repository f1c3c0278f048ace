package dev.conclave.explore;

/** A property did not hold. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String story;

    Violation(String property, String story) {
        super(null, null, false, false);
        this.property = property;
        this.story = story;
    }

    @Override
    public String getMessage() {
        return property + ": " + story;
    }

    /** Its short name: S1, R3, ... */
    String property() {
        return property;
    }
}
