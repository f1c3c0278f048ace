package dev.conclave.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public API as text, read from the compiled classes: every public type of the packages whose {@code package-info} calls
 * them stable or may-change, with its public and protected members, and every type of other packages that they show.
 */
final class ApiListing {

    private static final String ROOT = "dev.conclave";
    private static final Pattern MARK = Pattern.compile("<b>Stability: (stable|may change|internal)\\.</b>");
    private static final Set<String> OF_EVERY_RECORD = Set.of("equals", "hashCode", "toString");
    private static final Set<String> OF_EVERY_ENUM = Set.of("values", "valueOf");

    private final Path sources;
    private final Path classes;

    /**
     * Of a build.
     *
     * @param sources where the packages are documented
     * @param classes where they were compiled to
     */
    ApiListing(Path sources, Path classes) {
        this.sources = sources;
        this.classes = classes;
    }

    /** The stability that each package states; empty if it states none. */
    Map<String, String> marks() {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.endsWith("package-info.java"))
                    .collect(Collectors.toMap(
                            file -> sources.relativize(file.getParent())
                                    .toString()
                                    .replace('/', '.'),
                            ApiListing::markIn,
                            (one, other) -> one,
                            TreeMap::new));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String markIn(Path file) {
        try {
            Matcher mark = MARK.matcher(Files.readString(file));
            return mark.find() ? mark.group(1) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The whole listing, one line for each type and member. */
    List<String> lines() {
        Map<String, String> marks = marks();
        return reachable(marks).stream()
                .flatMap(type -> Stream.concat(
                        Stream.of("", header(type, marks.getOrDefault(type.getPackageName(), ""))),
                        members(type).map(member -> "    " + member)))
                .toList();
    }

    // ---- the types

    private Set<Class<?>> reachable(Map<String, String> marks) {
        Set<Class<?>> found = new TreeSet<>(Comparator.comparing(Class::getName));
        Deque<Class<?>> open = new ArrayDeque<>(publicTypesOf(marks));
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (found.add(type)) {
                shownBy(type).filter(ApiListing::isOurs).forEach(open::push);
            }
        }
        return found;
    }

    private List<Class<?>> publicTypesOf(Map<String, String> marks) {
        try (Stream<Path> files = Files.walk(classes.resolve(ROOT.replace('.', '/')))) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .<Class<?>>map(file -> load(
                            file.substring(0, file.length() - ".class".length()).replace('/', '.')))
                    .filter(type -> Set.of("stable", "may change").contains(marks.get(type.getPackageName())))
                    .filter(ApiListing::isPublic)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiListing.class.getClassLoader());
        } catch (ClassNotFoundException gone) {
            throw new IllegalStateException(gone);
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(ROOT) && isPublic(type);
    }

    private static boolean isPublic(Class<?> type) {
        return (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
    }

    private static Stream<Class<?>> shownBy(Class<?> type) {
        Stream<Type> above =
                Stream.concat(Stream.of(type.getGenericInterfaces()), Stream.ofNullable(type.getGenericSuperclass()));
        Stream<Type> permitted = type.isSealed() ? Stream.of(type.getPermittedSubclasses()) : Stream.of();
        Stream<Type> ofCalls = executables(type)
                .flatMap(call -> Stream.concat(
                        Stream.of(call.getGenericParameterTypes()),
                        call instanceof Method method ? Stream.of(method.getGenericReturnType()) : Stream.of()));
        Stream<Type> ofFields = fields(type).map(Field::getGenericType);
        return Stream.of(above, permitted, ofCalls, ofFields).flatMap(s -> s).flatMap(ApiListing::classesIn);
    }

    private static Stream<Class<?>> classesIn(Type type) {
        if (type instanceof Class<?> plain) {
            return Stream.of(plain.isArray() ? plain.getComponentType() : plain);
        } else if (type instanceof ParameterizedType generic) {
            return Stream.concat(
                    classesIn(generic.getRawType()),
                    Stream.of(generic.getActualTypeArguments()).flatMap(ApiListing::classesIn));
        } else if (type instanceof GenericArrayType array) {
            return classesIn(array.getGenericComponentType());
        } else if (type instanceof WildcardType wildcard) {
            return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
                    .flatMap(Stream::of)
                    .flatMap(ApiListing::classesIn);
        }
        return Stream.of();
    }

    // ---- their text

    private static String header(Class<?> type, String mark) {
        int shown = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.FINAL;
        boolean isAbstractClass = Modifier.isAbstract(type.getModifiers()) && !type.isInterface();
        String kind = type.isInterface() ? "interface" : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
        Type above = type.getGenericSuperclass();
        boolean plain = type.isInterface() || type.isRecord() || type.isEnum() || Object.class.equals(above);
        String parameters =
                Stream.of(type.getTypeParameters()).map(Type::getTypeName).collect(Collectors.joining(", "));
        String interfaces =
                Stream.of(type.getGenericInterfaces()).map(Type::getTypeName).collect(Collectors.joining(", "));
        return Modifier.toString(type.getModifiers() & shown)
                + (isAbstractClass ? " abstract" : "")
                + (type.isSealed() ? " sealed" : "")
                + " " + kind + " " + type.getName()
                + (parameters.isEmpty() ? "" : "<" + parameters + ">")
                + (plain ? "" : " extends " + above.getTypeName())
                + (interfaces.isEmpty() ? "" : (type.isInterface() ? " extends " : " implements ") + interfaces)
                + ("internal".equals(mark) ? "  // shown by the above" : "  // " + mark);
    }

    private static Stream<String> members(Class<?> type) {
        return Stream.concat(
                        fields(type).map(Field::toGenericString),
                        executables(type).map(Executable::toGenericString))
                .map(text -> text.replace(type.getName() + ".", "").replace(" " + type.getName() + "(", " new("))
                .sorted();
    }

    private static Stream<Field> fields(Class<?> type) {
        return Stream.of(type.getDeclaredFields()).filter(ApiListing::isShown);
    }

    private static Stream<Executable> executables(Class<?> type) {
        return Stream.<Executable>concat(
                        Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
                .filter(call -> isShown(call)
                        && !(type.isRecord() && OF_EVERY_RECORD.contains(call.getName()))
                        && !(type.isEnum() && OF_EVERY_ENUM.contains(call.getName())));
    }

    private static boolean isShown(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic();
    }
}
