package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.status.Change;

/** Formats changes of elections for people. */
final class ChangeText {

    private ChangeText() {}

    /** One line, of a change on a node. */
    static String line(String node, Change change) {
        return TimeText.millisecond(change.at()) + "  " + PrintableText.of(node) + "  "
                + PrintableText.of(change.election()) + "  " + words(change);
    }

    /** The change in the words of {@code run}. */
    static String words(Change change) {
        String leader = change.leader().orElse("an unknown node");
        String what = switch (change.what()) {
            case "following" -> "follows " + leader + " in term " + change.termText();
            case "leaderless" -> "has no leader, term " + change.termText();
            case "standing" -> "is a candidate in term " + change.termText();
            case "elected" -> "LEADS in term " + change.termText();
            case "ended" ->
                "no longer leads in term " + change.termText()
                        + change.reason().map(why -> " (" + why + ")").orElse("");
            default -> change.what() + " in term " + change.termText();
        };
        return PrintableText.of(change.cause().isEmpty() ? what : what + ": " + change.cause());
    }
}
