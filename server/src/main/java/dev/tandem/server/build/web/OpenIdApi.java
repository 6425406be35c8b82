package dev.tandem.server.build.web;

import dev.tandem.server.build.idtokens.IdTokens;
import dev.tandem.server.build.idtokens.SigningKey;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where services that are shown a job's identity find the key to check it with: OpenID Connect Discovery, at GitLab's addresses. */
@RestController
class OpenIdApi {
    private static final String KEYS = "/oauth/discovery/keys";

    private final IdTokens tokens;
    private final SigningKey signing;

    OpenIdApi(IdTokens tokens, SigningKey signing) {
        this.tokens = tokens;
        this.signing = signing;
    }

    @GetMapping("/.well-known/openid-configuration")
    @Requires(Permission.ANYONE)
    Map<String, Object> configuration() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("issuer", tokens.issuer());
        body.put("jwks_uri", tokens.issuer() + KEYS);
        body.put("response_types_supported", List.of("id_token"));
        body.put("subject_types_supported", List.of("public"));
        body.put("id_token_signing_alg_values_supported", List.of("RS256"));
        return body;
    }

    @GetMapping(KEYS)
    @Requires(Permission.ANYONE)
    Map<String, Object> keys() {
        return signing.published();
    }
}
