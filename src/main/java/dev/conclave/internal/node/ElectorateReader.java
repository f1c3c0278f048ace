package dev.conclave.internal.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.WishText;
import dev.conclave.core.node.Node;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what a node shows of its electorate. May be used from any thread; sends no message and waits for nothing. */
public final class ElectorateReader {

    private final NodeEnvironment environment;

    /** Creates a reader of a node. */
    public ElectorateReader(NodeEnvironment environment) {
        this.environment = environment;
    }

    /** The number of the configuration on this node's disk; -1 before the founding. */
    public int number() {
        return environment.configuration().map(Configuration::number).orElse(-1);
    }

    /** Whether this node's elections obey the configuration on its disk; false before the founding. */
    public boolean isObeyed() {
        return number() >= 0 && environment.observations().obeyed() >= number();
    }

    /** How many voters of the configuration this node hears, itself included if it votes. */
    public int votersHeard() {
        Hearing hearing = new Hearing();
        return (int) environment.settings().voters().stream()
                .filter(voter -> voter.equals(environment.self().id()) ? environment.isVoter() : hearing.hears(voter))
                .count();
    }

    /** For how many seconds this node carries out a change; 0 if it carries out none. */
    public double changeSeconds() {
        return proposal()
                .map(proposal -> Math.max(
                                0,
                                environment.time().wallMillis()
                                        - proposal.request().atMillis())
                        / 1e3)
                .orElse(0.0);
    }

    private Optional<Proposal> proposal() {
        return electorate()
                .flatMap(Electorate::proposal)
                .filter(proposal -> !proposal.request().dryRun());
    }

    private Optional<Electorate> electorate() {
        return environment.observations().node().map(Node::electorate);
    }

    /** Returns the electorate as this node knows it. */
    public ElectorateStatus status() {
        Optional<Configuration> configuration = environment.configuration();
        Settings settings = environment.settings();
        Hearing hearing = new Hearing();
        return new ElectorateStatus(
                NodeStatus.FORMAT_VERSION,
                Instant.ofEpochMilli(environment.time().wallMillis()),
                environment.self().id().toString(),
                configuration.map(known -> Configuration.show(known.group())),
                configuration.map(Configuration::number).orElse(-1),
                isObeyed(),
                environment.isVoter(),
                !environment.store().head().identity().equals(DirectoryIdentity.NONE),
                settings.electionNanos() / 1e6,
                settings.heartbeatNanos() / 1e6,
                settings.maxClockDrift(),
                settings.voters().stream()
                        .map(voter -> voter(voter, configuration, hearing))
                        .toList(),
                proposal().map(this::underWay),
                environment.observations().askedChanges().list(),
                Optional.empty(),
                configuration.map(Configuration::history).orElse(List.of()).stream()
                        .map(ElectorateReader::step)
                        .toList());
    }

    private ElectorateStatus.Voter voter(PeerId voter, Optional<Configuration> configuration, Hearing hearing) {
        Optional<DirectoryIdentity> identity =
                configuration.flatMap(known -> Optional.ofNullable(known.named().get(voter)));
        if (voter.equals(environment.self().id())) {
            boolean isExcluded = configuration
                    .filter(known ->
                            known.excludes(voter, environment.store().head().identity()))
                    .isPresent();
            return new ElectorateStatus.Voter(
                    voter.toString(),
                    true,
                    identity.map(DirectoryIdentity::toString),
                    true,
                    isExcluded,
                    configuration.isPresent(),
                    isObeyed());
        }
        Optional<Electorate.Seen> said = electorate()
                .flatMap(known -> Optional.ofNullable(known.seen().get(voter)))
                .filter(seen -> configuration
                        .filter(known -> known.group() == seen.group())
                        .isPresent());
        return new ElectorateStatus.Voter(
                voter.toString(),
                false,
                identity.map(DirectoryIdentity::toString),
                hearing.hears(voter),
                hearing.excludes(voter, configuration),
                said.filter(seen -> seen.stored() >= number()).isPresent(),
                said.filter(seen -> seen.obeyed() >= number()).isPresent());
    }

    private ElectorateStatus.UnderWay underWay(Proposal proposal) {
        return new ElectorateStatus.UnderWay(
                WishText.show(proposal.request().wanted()),
                proposal.request().by(),
                Instant.ofEpochMilli(proposal.request().atMillis()),
                environment.observations().underWay().orElse(""));
    }

    private static ElectorateStatus.Step step(Configuration.Origin origin) {
        return new ElectorateStatus.Step(
                origin.number(), Instant.ofEpochMilli(origin.atMillis()), origin.by(), origin.what());
    }

    /** Which voters this node hears now. */
    private final class Hearing {

        private final long now = environment.time().nanoTime();
        private final long recent = 2 * environment.settings().electionNanos();
        private final VoterContacts contacts = environment.observations().contacts();
        private final Set<PeerId> lifelines = environment.lifelinesUp();

        /** A node that is acknowledged leads, and all voters write to it all the time; to another node perhaps none but its leader does. */
        private final boolean isAcknowledged =
                environment.settings().voters().stream().anyMatch(voter -> isRecent(contacts.acknowledgedAt(voter)));

        private boolean isRecent(OptionalLong at) {
            return at.isPresent() && now - at.getAsLong() < recent;
        }

        boolean hears(PeerId voter) {
            return !excludes(voter, environment.configuration())
                    && (isRecent(contacts.heardAt(voter)) || (!isAcknowledged && lifelines.contains(voter)));
        }

        boolean excludes(PeerId voter, Optional<Configuration> configuration) {
            return environment
                    .observations()
                    .node()
                    .flatMap(node -> Optional.ofNullable(node.contacts().get(voter)))
                    .filter(contact -> configuration
                            .filter(known -> known.excludes(voter, contact.identity()))
                            .isPresent())
                    .isPresent();
        }
    }
}
