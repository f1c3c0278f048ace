package dev.conclave.explore.mutants;

import dev.conclave.explore.search.PeerModel;
import dev.conclave.explore.search.Search;
import dev.conclave.explore.search.SearchBounds;
import dev.conclave.explore.search.SearchLimit;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.RunDiagram;
import dev.conclave.explore.world.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Complete searches from the command line. */
final class SearchCommand {

    private SearchCommand() {}

    private static int number(String[] args, String key, int otherwise) {
        for (String arg : args) {
            if (arg.startsWith(key + "=")) {
                return Integer.parseInt(arg.substring(key.length() + 1));
            }
        }
        return otherwise;
    }

    private static SearchBounds.Start start(String[] args) {
        for (SearchBounds.Start start : SearchBounds.Start.values()) {
            if (List.of(args).contains("start=" + start.name().toLowerCase(Locale.ROOT))) {
                return start;
            }
        }
        return SearchBounds.Start.LED;
    }

    /** From the file that {@code script=} names, a choice a line. */
    private static List<String> script(String[] args) throws IOException {
        for (String arg : args) {
            if (arg.startsWith("script=")) {
                return Files.readAllLines(Path.of(arg.substring("script=".length())));
            }
        }
        return List.of();
    }

    private static Core core(String[] args) {
        for (Mutant mutant : Mutant.everyFault().toList()) {
            for (String arg : args) {
                if (arg.equals("fault=" + mutant.fault())) {
                    return mutant.core();
                }
            }
        }
        return Core.PRODUCTION;
    }

    private static Map<SearchLimit, Integer> limits(String[] args) {
        Map<SearchLimit, Integer> limits = SearchBounds.parse("term=2 messages=4");
        for (SearchLimit limit : SearchLimit.values()) {
            int most = number(args, limit.name().toLowerCase(Locale.ROOT), -1);
            if (most >= 0) {
                limits.put(limit, most);
            }
        }
        return limits;
    }

    /** Searches and prints. */
    public static void main(String[] args) throws IOException {
        int voters = number(args, "voters", 3);
        int standers = number(args, "standers", 0);
        int standing = number(args, "standing", -1);
        int e = number(args, "e", 12);
        int h = number(args, "h", 1);
        int margin = number(args, "margin", 0);
        boolean timed = number(args, "timed", 1) == 1;
        PeerGroup group =
                new PeerGroup(voters, standers, 0, standing, h * 1_000_000L, e * 1_000_000L, 0.2, margin * 1_000_000L);
        SearchBounds bounds = new SearchBounds(
                group,
                start(args),
                timed,
                number(args, "tick", 5000),
                number(args, "slow", 1),
                number(args, "mortal", -1),
                limits(args),
                script(args));
        Core core = core(args);
        PeerModel model = new PeerModel(bounds, core);
        Search<PeerModel.Situation, Choice> search =
                new Search<>(model, number(args, "threads", 2), number(args, "most", 2_000_000));
        if (number(args, "show", 0) == 1) {
            System.out.println(RunDiagram.of(group, core, model.prefix()));
        }
        search.run();
        System.out.println(String.join(" ", args) + ": " + search + "; " + model.counts());
        Violation violation = search.violation();
        if (violation != null) {
            List<Choice> run = new ArrayList<>(model.prefix());
            run.addAll(search.counterexample());
            System.out.println(violation.getMessage() + "\n" + RunDiagram.of(group, core, run));
        }
    }
}
