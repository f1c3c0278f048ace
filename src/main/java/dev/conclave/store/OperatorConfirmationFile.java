package dev.conclave.store;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.OperatorConfirmation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The file {@code accept} in a data directory, by which an operator confirms a step that a peer would otherwise refuse (R15). It
 * consists of lines {@code key = value} in UTF-8; empty lines and lines that begin with {@code #} are ignored.
 *
 * <pre>
 * # the disk of this peer is lost
 * lost-identity = 1-9f86d081884c7d65
 * # the voters have changed, and all peers are stopped
 * former-voters = 10.0.0.1:2551, 10.0.0.2:2551, 10.0.0.3:2551
 * </pre>
 */
final class OperatorConfirmationFile {

    static final String NAME = "accept";

    private static final String LOST_IDENTITY = "lost-identity";
    private static final String FORMER_VOTERS = "former-voters";

    private OperatorConfirmationFile() {}

    /**
     * Parses the file.
     *
     * @throws StoreException if any line is not understood, or if there is none: a file that is only partly understood might
     *     confirm something unintended
     */
    static OperatorConfirmation read(Path path, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Map<String, String> said = new TreeMap<>();
            text.lines().map(String::strip).forEach(line -> readLine(line, said));
            if (said.isEmpty()) {
                throw new IllegalArgumentException("it is empty");
            }
            return new OperatorConfirmation(
                    value(said, LOST_IDENTITY, DirectoryIdentity::parse),
                    value(said, FORMER_VOTERS, OperatorConfirmationFile::readVoters));
        } catch (CharacterCodingException notText) {
            throw refusal(path, "it is not text in UTF-8", notText);
        } catch (IllegalArgumentException notUnderstood) {
            throw refusal(path, String.valueOf(notUnderstood.getMessage()), notUnderstood);
        }
    }

    private static StoreException refusal(Path path, String why, Exception cause) {
        return new StoreException(
                path,
                "this file cannot be understood: " + why,
                "write one line such as lost-identity = 1-9f86d081884c7d65 or former-voters ="
                        + " 10.0.0.1:2551,10.0.0.2:2551, or remove the file",
                cause);
    }

    private static void readLine(String line, Map<String, String> said) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        int equals = line.indexOf('=');
        String key = line.substring(0, Math.max(equals, 0)).strip();
        if (!key.equals(LOST_IDENTITY) && !key.equals(FORMER_VOTERS)) {
            throw new IllegalArgumentException("the line \"" + line + "\" is neither lost-identity nor former-voters");
        }
        if (said.put(key, line.substring(equals + 1).strip()) != null) {
            throw new IllegalArgumentException("it contains " + key + " twice");
        }
    }

    private static <T> Optional<T> value(Map<String, String> said, String key, Function<String, T> reader) {
        return Optional.ofNullable(said.get(key)).map(reader);
    }

    private static List<PeerId> readVoters(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(PeerId::parse)
                .collect(Collectors.toList());
    }
}
