package dev.conclave.node.demo;

import java.util.ArrayList;
import java.util.List;

/** The screen of a terminal after it received a text; it supports only the control sequences that are used here. */
final class TerminalScreen {

    private TerminalScreen() {}

    static List<String> after(String text) {
        List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        int at = 0;
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
                    // Colors, and whether long lines are cut or wrapped: this screen is wide enough for all lines.
                    case 'm', 'l', 'h' -> {}
                    default -> throw new AssertionError("no such sequence: " + text.charAt(end));
                }
                at = end + 1;
            } else if (next == '\n') {
                row++;
                if (row == lines.size()) {
                    lines.add(new StringBuilder());
                }
                at++;
            } else {
                if (next != '\r') {
                    lines.get(row).append(next);
                }
                at++;
            }
        }
        return lines.stream().map(StringBuilder::toString).toList();
    }
}
