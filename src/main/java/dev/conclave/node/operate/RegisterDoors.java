package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.operate.Surveyor.Question;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.RegisterList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds registers, and the nodes that lead their elections. */
final class RegisterDoors {

    private final NodeClient client;
    private final List<HttpAddress> at;

    RegisterDoors(NodeClient client, List<HttpAddress> at) {
        this.client = client;
        this.at = at;
    }

    /**
     * A register of which at least one node knows.
     *
     * @param newest the newest version on the disks of the nodes that answered
     * @param leader the HTTP door of the node that leads the election
     */
    record Known(RegisterList.Row newest, Optional<HttpAddress> leader) {
        Known and(Known other) {
            boolean isNewer = other.newest.term() > newest.term()
                    || (other.newest.term() == newest.term() && other.newest.write() > newest.write());
            return new Known(isNewer ? other.newest : newest, leader.or(other::leader));
        }
    }

    /** All registers on the disks of the nodes that answer, by their elections. */
    SortedMap<String, Known> all() throws CliException, InterruptedException {
        Survey survey = new Surveyor(client).ask(at, Question.NODES_ONLY);
        Nodes.requireAnswer(survey);
        SortedMap<String, Known> all = new TreeMap<>();
        for (Survey.Node node : survey.answering()) {
            HttpAddress door = node.address().orElseThrow();
            for (RegisterList.Row row : of(node.name(), door)) {
                all.merge(
                        row.election(), new Known(row, row.leads() ? Optional.of(door) : Optional.empty()), Known::and);
            }
        }
        return all;
    }

    private List<RegisterList.Row> of(String name, HttpAddress door) throws CliException, InterruptedException {
        List<RegisterList.Row> rows = new ArrayList<>();
        RegisterList page;
        String after = "";
        do {
            try {
                page = client.get(door, "registers" + after, RegisterList.class).answer();
            } catch (NodeFailure e) {
                throw new CliException(
                        PrintableText.of(name) + " does not list its registers: " + e.why() + Nodes.remedy(client, e),
                        e);
            }
            rows.addAll(page.registers());
            if (page.more() && !page.registers().isEmpty()) {
                after = "?after=" + NodeClient.segment(rows.get(rows.size() - 1).election());
            }
        } while (page.more() && !page.registers().isEmpty());
        return rows;
    }

    /**
     * The HTTP door of the node that leads an election.
     *
     * @throws CliException if no node knows a leader, or the leader does not answer
     */
    HttpAddress leaderOf(String election) throws CliException, InterruptedException {
        Survey survey = new Surveyor(client).ask(at, Question.about(election));
        Nodes.requireAnswer(survey);
        ElectionView view = survey.elections().stream()
                .filter(known -> known.name().equals(election))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        "no node that answered knows an election \"" + PrintableText.of(election) + "\""));
        String leader = view.leader()
                .orElseThrow(() -> new CliException("\"" + PrintableText.of(election)
                        + "\" has no known leader, and only a leader knows and writes the newest value; the copy of a"
                        + " node that is down is in its data directory: see inspect --json"));
        return Nodes.doorOf(leader, survey);
    }

    /** Reads a register at a node, which asks the leader. */
    RegisterContent read(HttpAddress door, String election) throws NodeFailure, InterruptedException {
        return client.get(door, path(election), RegisterContent.class).answer();
    }

    static String path(String election) {
        return "elections/" + NodeClient.segment(election) + "/register";
    }

    /** The failures of one command by election, in words. */
    static void complain(Map<String, String> failures, String what, int of) throws CliException {
        if (!failures.isEmpty()) {
            Map.Entry<String, String> first = failures.entrySet().iterator().next();
            throw new CliException(failures.size() + " of " + of + " registers were not " + what + "; the first is \""
                    + PrintableText.of(first.getKey()) + "\": " + first.getValue());
        }
    }
}
