package dev.conclave.explore.world;

/** A property did not hold. */
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String story;

    public Violation(String property, String story) {
        super(null, null, false, false);
        this.property = property;
        this.story = story;
    }

    @Override
    public String getMessage() {
        return property + ": " + story;
    }

    /** Its short name: S1, R3, ... */
    public String property() {
        return property;
    }
}
