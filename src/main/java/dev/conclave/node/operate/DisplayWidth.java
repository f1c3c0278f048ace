package dev.conclave.node.operate;

/** How many columns of a terminal a text takes. */
final class DisplayWidth {

    private static final String CUT = "\u2026";

    private DisplayWidth() {}

    static int of(String text) {
        return text.codePoints().map(DisplayWidth::of).sum();
    }

    /** Returns the beginning of a text that fits, with an ellipsis if it is not the whole. */
    static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        return beginning(text, columns - 1) + CUT;
    }

    /** Returns as much of the beginning of a text as fits, at least one character. */
    static String beginning(String text, int columns) {
        int end = 0;
        int left = columns;
        while (end < text.length()) {
            int symbol = text.codePointAt(end);
            left -= of(symbol);
            if (left < 0 && end > 0) {
                break;
            }
            end += Character.charCount(symbol);
        }
        return text.substring(0, end);
    }

    private static int of(int symbol) {
        return switch (Character.getType(symbol)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(symbol) ? 2 : 1;
        };
    }

    /** The blocks of East Asian scripts and of pictures. */
    private static boolean isWide(int symbol) {
        return symbol >= 0x1100
                && (symbol <= 0x115f
                        || (symbol >= 0x2e80 && symbol <= 0xa4cf && symbol != 0x303f)
                        || (symbol >= 0xac00 && symbol <= 0xd7a3)
                        || (symbol >= 0xf900 && symbol <= 0xfaff)
                        || (symbol >= 0xfe30 && symbol <= 0xfe6f)
                        || (symbol >= 0xff00 && symbol <= 0xff60)
                        || (symbol >= 0xffe0 && symbol <= 0xffe6)
                        || (symbol >= 0x1f300 && symbol <= 0x1faff)
                        || (symbol >= 0x20000 && symbol <= 0x3fffd));
    }
}
