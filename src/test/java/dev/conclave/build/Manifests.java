package dev.conclave.build;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The manifests below {@code deploy/kubernetes}, read into Kubernetes' types; a field that a type does not have is an error. */
public record Manifests(List<HasMetadata> objects) {

    public static final Path FOLDER = Path.of("deploy", "kubernetes");

    private static final Map<String, Class<? extends HasMetadata>> TYPES = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "apps/v1/Deployment", Deployment.class);

    /** The types collect fields that they do not have, for versions of Kubernetes that do; here they are mistakes. */
    private static final class Strict extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }

    /** Reads files of that folder. */
    public static Manifests read(String... files) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        for (String file : files) {
            YAMLMapper mapper = new YAMLMapper();
            mapper.setAnnotationIntrospector(new Strict());
            mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
            try (MappingIterator<JsonNode> documents = mapper.readerFor(JsonNode.class)
                    .readValues(FOLDER.resolve(file).toFile())) {
                while (documents.hasNext()) {
                    JsonNode document = documents.next();
                    String type = document.path("apiVersion").asText() + "/"
                            + document.path("kind").asText();
                    Class<? extends HasMetadata> known = TYPES.get(type);
                    if (known == null) {
                        throw new IOException(file + " contains a " + type + ", which no test reads");
                    }
                    objects.add(mapper.treeToValue(document, known));
                }
            }
        }
        return new Manifests(List.copyOf(objects));
    }

    /** Returns the only object of a type. */
    public <T extends HasMetadata> T only(Class<T> type) {
        List<T> found = all(type);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of the type " + type.getSimpleName());
        }
        return found.get(0);
    }

    /** Returns all objects of a type, in the order of the file. */
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The files that the image's build copies, from the root of this repository. */
    public static List<String> imageFiles() throws IOException {
        return List.of(instruction("COPY (.+) \\./").split(" "));
    }

    /** The command of the image, to which a pod's arguments are appended. */
    public static List<String> entryPoint() throws IOException {
        return new ObjectMapper().readValue(instruction("ENTRYPOINT (\\[.+])"), new TypeReference<>() {});
    }

    private static String instruction(String pattern) throws IOException {
        String file = Files.readString(FOLDER.resolve("Dockerfile")).replace("\\\n", "");
        Matcher found = Pattern.compile("(?m)^" + pattern + "$").matcher(file);
        if (!found.find()) {
            throw new IOException("the Dockerfile has no line " + pattern);
        }
        return found.group(1);
    }
}
