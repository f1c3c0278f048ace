package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the notifications of a lifeline. */
final class RecordingListener implements LifelineCallback {

    private final List<String> words = new CopyOnWriteArrayList<>();

    static String word(String what, PeerId peer, Incarnation life) {
        return what + " " + peer + " " + life;
    }

    @Override
    public void up(PeerId peer, Incarnation life, InetSocketAddress address) {
        words.add(word("up", peer, life));
    }

    @Override
    public void down(PeerId peer, Incarnation life) {
        words.add(word("down", peer, life));
    }

    @Override
    public void gone(PeerId peer, Incarnation life) {
        words.add(word("gone", peer, life));
    }

    @Override
    public void ended(Throwable cause) {
        words.add("ended");
    }

    List<String> words() {
        return List.copyOf(words);
    }

    long count(String word) {
        return words.stream().filter(word::equals).count();
    }

    void awaitWord(String word) {
        awaitWords(1, word);
    }

    void awaitWords(int times, String word) {
        await("\"" + word + "\"")
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(words).filteredOn(word::equals).hasSizeGreaterThanOrEqualTo(times));
    }
}
