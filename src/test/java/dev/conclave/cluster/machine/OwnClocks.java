package dev.conclave.cluster.machine;

import dev.conclave.cluster.program.Application;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers whose monotonic clocks do not agree, each in a time namespace of its own. Each peer prints how far its clock is
 * ahead, so that one clock can judge all events ({@link Application#CLOCK_AHEAD_SECONDS}).
 *
 * @param network the network between them
 * @param aheadSeconds by how much the clock of each is ahead of the machine's
 */
public record OwnClocks(Network network, List<Long> aheadSeconds) implements Network {

    @Override
    public List<PeerId> peers() {
        return network.peers();
    }

    private long aheadOf(PeerId peer) {
        return aheadSeconds.get(peers().indexOf(peer));
    }

    @Override
    public List<String> startedThrough(PeerId peer) {
        List<String> through = new ArrayList<>(network.startedThrough(peer));
        String ahead = Long.toString(aheadOf(peer));
        through.addAll(List.of("unshare", "--time", "--monotonic", ahead, "--boottime", ahead));
        return through;
    }

    @Override
    public List<String> jvmOptions(PeerId peer) {
        List<String> options = new ArrayList<>(network.jvmOptions(peer));
        options.add("-D" + Application.CLOCK_AHEAD_SECONDS + "=" + aheadOf(peer));
        return options;
    }

    @Override
    public void cut(PeerId from, PeerId to) throws IOException {
        network.cut(from, to);
    }

    @Override
    public void mend(PeerId from, PeerId to) throws IOException {
        network.mend(from, to);
    }

    @Override
    public void close() {
        network.close();
    }
}
