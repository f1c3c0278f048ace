package dev.conclave.node.operate;

/** How a line looks in a terminal. */
enum Tone {
    PLAIN(""),
    HEADING("\u001b[1m"),
    BAD("\u001b[1;31m");

    private static final String RESET = "\u001b[0m";

    private final String begin;

    Tone(String begin) {
        this.begin = begin;
    }

    String paint(String text) {
        return this == PLAIN || text.isEmpty() ? text : begin + text + RESET;
    }
}
