package dev.conclave.store;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Configuration.Origin;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The electorate as bytes of the journal, in the notation of {@link JournalEntry}. */
final class ElectorateBytes {

    /** More than the longest electorate needs: two configurations of 63 voters with names of 255 characters. */
    private static final int MOST = 1 << 17;

    private ElectorateBytes() {}

    static byte[] of(StoredElectorate electorate) {
        ByteBuffer to = ByteBuffer.allocate(MOST);
        to.putLong(electorate.longestElectionNanos());
        put(to, electorate.promised());
        JournalEntry.put(to, electorate.founder().isPresent());
        electorate.founder().ifPresent(founder -> to.putLong(founder.value()));
        JournalEntry.put(to, electorate.configuration().isPresent());
        electorate.configuration().ifPresent(configuration -> put(to, configuration));
        JournalEntry.put(to, electorate.accepted().isPresent());
        electorate.accepted().ifPresent(accepted -> {
            put(to, accepted.ballot());
            put(to, accepted.next());
        });
        byte[] bytes = new byte[to.position()];
        to.flip().get(bytes);
        return bytes;
    }

    private static void put(ByteBuffer to, RoundBallot ballot) {
        to.putLong(ballot.counter()).putLong(ballot.identity().value()).putLong(ballot.life());
    }

    private static void put(ByteBuffer to, Configuration configuration) {
        Settings settings = configuration.settings();
        to.putLong(configuration.group())
                .putShort((short) configuration.former().size());
        configuration.former().forEach(to::putLong);
        to.putInt(configuration.number());
        to.putLong(settings.heartbeatNanos()).putLong(settings.electionNanos()).putDouble(settings.maxClockDrift());
        putVoters(to, configuration.named());
        putVoters(to, configuration.previous());
        to.putShort((short) configuration.history().size());
        for (Origin origin : configuration.history()) {
            to.putInt(origin.number()).putLong(origin.atMillis());
            JournalEntry.put(to, origin.by());
            JournalEntry.put(to, origin.what());
        }
    }

    private static void putVoters(ByteBuffer to, Map<PeerId, DirectoryIdentity> voters) {
        to.putShort((short) voters.size());
        voters.forEach((peer, identity) -> {
            JournalEntry.put(to, peer);
            to.putLong(identity.value());
        });
    }

    private static Map<PeerId, DirectoryIdentity> readVoters(ByteBuffer from) {
        Map<PeerId, DirectoryIdentity> voters = new TreeMap<>();
        int size = atMost(Quorum.MAX_VOTERS, from.getShort());
        for (int i = 0; i < size; i++) {
            voters.put(JournalEntry.readPeer(from), new DirectoryIdentity(from.getLong()));
        }
        return voters;
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @throws RuntimeException if the bytes are not valid
     */
    static StoredElectorate read(ByteBuffer from) {
        long longest = from.getLong();
        RoundBallot promised = readBallot(from);
        Optional<DirectoryIdentity> founder =
                JournalEntry.readFlag(from) ? Optional.of(new DirectoryIdentity(from.getLong())) : Optional.empty();
        Optional<Configuration> configuration =
                JournalEntry.readFlag(from) ? Optional.of(readConfiguration(from)) : Optional.empty();
        Optional<Acceptance> accepted = JournalEntry.readFlag(from)
                ? Optional.of(new Acceptance(readBallot(from), readConfiguration(from)))
                : Optional.empty();
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("the electorate is " + from.remaining() + " bytes too long");
        }
        return new StoredElectorate(configuration, longest, promised, accepted, founder);
    }

    private static RoundBallot readBallot(ByteBuffer from) {
        return new RoundBallot(from.getLong(), new DirectoryIdentity(from.getLong()), from.getLong());
    }

    private static Configuration readConfiguration(ByteBuffer from) {
        long group = from.getLong();
        List<Long> former = new ArrayList<>();
        int formerGroups = atMost(Configuration.MAX_FORMER, from.getShort());
        for (int i = 0; i < formerGroups; i++) {
            former.add(from.getLong());
        }
        int number = from.getInt();
        long heartbeat = from.getLong();
        long election = from.getLong();
        double drift = from.getDouble();
        Map<PeerId, DirectoryIdentity> named = readVoters(from);
        Map<PeerId, DirectoryIdentity> previous = readVoters(from);
        List<Origin> history = new ArrayList<>();
        int steps = atMost(Configuration.MAX_HISTORY, from.getShort());
        for (int i = 0; i < steps; i++) {
            history.add(new Origin(
                    from.getInt(), from.getLong(), JournalEntry.readText(from), JournalEntry.readText(from)));
        }
        return new Configuration(
                group,
                former,
                number,
                named,
                previous,
                new Settings(List.copyOf(named.keySet()), heartbeat, election, drift),
                history);
    }

    private static int atMost(int most, int count) {
        if (count < 0 || count > most) {
            throw new IllegalArgumentException(count + " entries are not between 0 and " + most);
        }
        return count;
    }
}
