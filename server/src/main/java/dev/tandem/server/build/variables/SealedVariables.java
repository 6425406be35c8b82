package dev.tandem.server.build.variables;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.platform.SecretBox;
import java.util.List;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Variables given with one pipeline, which may hold secrets, as encrypted text. */
public final class SealedVariables {
    private static final TypeReference<List<Variable>> VARIABLES = new TypeReference<>() {};
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SecretBox box;

    public SealedVariables(SecretBox box) {
        this.box = box;
    }

    public String seal(List<Variable> variables) {
        return box.seal(JSON.writeValueAsString(variables));
    }

    public List<Variable> open(String sealed) {
        return JSON.readValue(box.open(sealed), VARIABLES);
    }
}
