package dev.tandem.server.build.web;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.schedule.GivenReader;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Variables and inputs of one pipeline in the REST API. */
final class GivenParameters {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GivenParameters() {}

    /** From {@code variables[][key]}, {@code variables[][value]}, {@code variables[][variable_type]} and {@code inputs[NAME]}. */
    static Given read(Parameters parameters) {
        GivenReader given = new GivenReader();
        List<Parameters> variables = parameters.objects("variables");
        if (variables.size() > GivenReader.MOST_VARIABLES) {
            throw ApiException.malformed("variables");
        }
        for (Parameters one : variables) {
            given.variable(one.requiredText("key"), one.text("value").orElse(""), isFile(one));
        }
        return inputs(given, parameters).read();
    }

    /** From {@code variables[NAME]} and {@code inputs[NAME]}, as trigger tokens come with them. */
    static Given readNamed(Parameters parameters) {
        GivenReader given = new GivenReader();
        parameters
                .object("variables")
                .ifPresent(named -> named.names()
                        .forEach(name -> given.variable(name, named.text(name).orElse(""), false)));
        return inputs(given, parameters).read();
    }

    static boolean isFile(Parameters parameters) {
        return parameters.text("variable_type").filter("file"::equals).isPresent();
    }

    static Map<String, Object> shape(Variable variable) {
        return Map.of(
                "key",
                variable.key(),
                "value",
                variable.value(),
                "variable_type",
                variable.file() ? "file" : "env_var",
                "raw",
                variable.raw());
    }

    private static GivenReader inputs(GivenReader given, Parameters parameters) {
        parameters
                .object("inputs")
                .ifPresent(named -> named.names().forEach(name -> given.input(name, typed(named, name))));
        return given;
    }

    /** As a person would type it: lists as JSON. */
    private static String typed(Parameters named, String name) {
        Object value = named.value(name);
        return value instanceof List<?> list
                ? JSON.writeValueAsString(list)
                : named.text(name).orElse("");
    }
}
