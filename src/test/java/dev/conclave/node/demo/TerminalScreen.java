package dev.conclave.node.demo;

import java.util.ArrayList;
import java.util.List;

/** The screen of a terminal after it received a text; it supports only the control sequences that are used here. */
final class TerminalScreen {

    private TerminalScreen() {}

    /** A screen that is wide enough for all lines. */
    static List<String> after(String text) {
        return after(text, Integer.MAX_VALUE);
    }

    /** A screen with this many columns, which cuts or wraps longer lines as it is told. */
    static List<String> after(String text, int columns) {
        List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        int column = 0;
        int at = 0;
        boolean wraps = true;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '\u001b') {
                int end = at + 2;
                while (!Character.isLetter(text.charAt(end))) {
                    end++;
                }
                String number = text.substring(at + 2, end);
                switch (text.charAt(end)) {
                    case 'A' -> row -= Integer.parseInt(number);
                    case 'J' -> {
                        lines = new ArrayList<>(lines.subList(0, row));
                        lines.add(new StringBuilder());
                    }
                    case 'l', 'h' -> wraps = text.charAt(end) == 'h';
                    // Colors.
                    case 'm' -> {}
                    default -> throw new AssertionError("no such sequence: " + text.charAt(end));
                }
                at = end + 1;
                continue;
            }
            at++;
            if (next == '\r') {
                column = 0;
            } else if (next == '\n' || (column == columns && wraps)) {
                row++;
                column = 0;
                if (row == lines.size()) {
                    lines.add(new StringBuilder());
                }
            }
            if (next >= ' ') {
                StringBuilder line = lines.get(row);
                column = Math.min(column, columns - 1);
                if (column < line.length()) {
                    line.setCharAt(column, next);
                } else {
                    line.append(next);
                }
                column++;
            }
        }
        return lines.stream().map(StringBuilder::toString).toList();
    }
}
