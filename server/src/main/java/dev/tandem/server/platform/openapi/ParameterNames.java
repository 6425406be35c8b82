package dev.tandem.server.platform.openapi;

import dev.tandem.server.platform.api.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the code of a handler which names it asks its {@link Parameters} for, also in the methods to which it hands
 * them. So no second list of parameters can grow old. Not safe for use by several threads.
 */
final class ParameterNames {
    private static final String OURS = "dev/tandem/";
    private static final ClassDesc BAG = ClassDesc.of(Parameters.class.getName());
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("text", new Kind("string", null, false)),
            Map.entry("requiredText", new Kind("string", null, true)),
            Map.entry("number", new Kind("integer", null, false)),
            Map.entry("requiredNumber", new Kind("integer", null, true)),
            Map.entry("flag", new Kind("boolean", null, false)),
            Map.entry("texts", new Kind("array", null, false)),
            Map.entry("objects", new Kind("array", null, false)),
            Map.entry("object", new Kind("object", null, false)),
            Map.entry("time", new Kind("string", "date-time", false)),
            Map.entry("day", new Kind("string", "date", false)),
            Map.entry("has", new Kind("string", null, false)),
            Map.entry("value", new Kind("string", null, false)));

    private final Map<String, Optional<ClassModel>> classes = new HashMap<>();

    /** What a parameter is read as, in words of JSON Schema; {@code format} is null for none. */
    record Kind(String type, @Nullable String format, boolean required) {}

    /** By name. */
    Map<String, Kind> of(Method handler) {
        Map<String, Kind> found = new TreeMap<>();
        String descriptor = java.lang.invoke.MethodType.methodType(handler.getReturnType(), handler.getParameterTypes())
                .descriptorString();
        visit(
                handler.getDeclaringClass().getName().replace('.', '/'),
                handler.getName(),
                descriptor,
                found,
                new HashSet<>());
        return found;
    }

    private void visit(String owner, String name, String descriptor, Map<String, Kind> found, Set<String> seen) {
        if (!owner.startsWith(OURS) || !seen.add(owner + "." + name + descriptor)) {
            return;
        }
        model(owner)
                .flatMap(model -> model.methods().stream()
                        .filter(method -> method.methodName().equalsString(name)
                                && method.methodType().equalsString(descriptor))
                        .findFirst())
                .flatMap(MethodModel::code)
                .ifPresent(code -> read(code, found, seen));
    }

    private void read(CodeModel code, Map<String, Kind> found, Set<String> seen) {
        String constant = null;
        for (CodeElement element : code) {
            switch (element) {
                case ConstantInstruction load when load.constantValue() instanceof String text -> constant = text;
                case InvokeInstruction call -> {
                    call(call, constant, found, seen);
                    constant = null;
                }
                case InvokeDynamicInstruction lambda -> {
                    lambda.bootstrapArgs().forEach(argument -> follow(argument, found, seen));
                    constant = null;
                }
                case Instruction other -> {}
                default -> {}
            }
        }
    }

    private void call(InvokeInstruction call, @Nullable String constant, Map<String, Kind> found, Set<String> seen) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        Kind kind = KINDS.get(name);
        boolean named = constant != null && NAME.matcher(constant).matches();
        if (owner.equals(internal(BAG))) {
            if (named && kind != null) {
                found.merge(java.util.Objects.requireNonNull(constant), kind, ParameterNames::better);
            }
            return;
        }
        boolean handsOn = call.typeSymbol().parameterList().contains(BAG);
        if (handsOn && named) {
            // A helper that is told which one to read.
            found.putIfAbsent(java.util.Objects.requireNonNull(constant), KINDS.get("text"));
        }
        if (handsOn) {
            visit(owner, name, call.typeSymbol().descriptorString(), found, seen);
        }
    }

    /** Whether it is there is the least that can be known of it. */
    private static Kind better(Kind one, Kind other) {
        boolean required = one.required() || other.required();
        Kind known = one.type().equals("string") && one.format() == null ? other : one;
        return new Kind(known.type(), known.format(), required);
    }

    private void follow(ConstantDesc argument, Map<String, Kind> found, Set<String> seen) {
        if (argument instanceof DirectMethodHandleDesc handle) {
            visit(internal(handle.owner()), handle.methodName(), handle.lookupDescriptor(), found, seen);
        }
    }

    private static String internal(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private Optional<ClassModel> model(String owner) {
        return classes.computeIfAbsent(owner, name -> {
            try (InputStream in = ParameterNames.class.getClassLoader().getResourceAsStream(name + ".class")) {
                return in == null
                        ? Optional.empty()
                        : Optional.of(ClassFile.of().parse(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
