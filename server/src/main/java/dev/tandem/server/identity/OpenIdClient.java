package dev.tandem.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks OpenID Connect with a provider: authorization code with PKCE, state and nonce; the ID token is checked for signature,
 * issuer, audience, times and nonce. Safe for use by many threads.
 *
 * <p>An administrator names the provider, so its addresses and those that its description leads to are asked as they are, also
 * inside one's own network where most such servers are; nobody else chooses what is asked here.
 */
final class OpenIdClient {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdClient.class);

    /** A provider's description and keys are asked for again after this. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int LARGEST_KEYS_BYTES = 100_000;

    /** Signatures with a key pair; never none, and never one with the client's secret. */
    private static final Set<JWSAlgorithm> ALGORITHMS = algorithms();

    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    OpenIdClient(Clock clock) {
        this.clock = clock;
    }

    private record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, Instant at) {}

    /** What the browser has to bring back, and what only we know; goes into a sealed cookie. */
    record Challenge(String state, String nonce, String verifier) {
        static Challenge fresh() {
            return new Challenge(Secrets.random(), Secrets.random(), Secrets.random() + Secrets.random());
        }
    }

    /** What the provider says of somebody. */
    record Claims(
            String subject,
            Optional<String> username,
            Optional<String> name,
            Optional<String> email,
            boolean verified) {

        private boolean isWhole() {
            return username.isPresent() && name.isPresent() && email.isPresent();
        }

        /** What is missing here from what else is said of the same person; an address comes with whether it is verified. */
        private Claims or(Optional<Claims> more) {
            return more.map(other -> new Claims(
                            subject,
                            username.or(other::username),
                            name.or(other::name),
                            email.or(other::email),
                            email.isPresent() ? verified : other.verified()))
                    .orElse(this);
        }
    }

    /** The provider, or whoever answered in its place, did not do what it should. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean unreachable;

        Failure(String message, boolean unreachable, Exception cause) {
            super(message, cause);
            this.unreachable = unreachable;
        }

        Failure(String message, boolean unreachable) {
            super(message);
            this.unreachable = unreachable;
        }

        Failure(String message) {
            this(message, false);
        }

        boolean isUnreachable() {
            return unreachable;
        }
    }

    /** Where to send the browser. */
    URI begin(SignInProvider provider, Challenge challenge, URI back) throws Failure {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, scope(provider), new ClientID(provider.clientId()), back)
                .endpointURI(known(provider).metadata().getAuthorizationEndpointURI())
                .state(new State(challenge.state()))
                .nonce(new Nonce(challenge.nonce()))
                .codeChallenge(new CodeVerifier(challenge.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** @param answer the address with which the browser came back */
    Claims finish(SignInProvider provider, String secret, Challenge challenge, URI back, URI answer) throws Failure {
        Known about = known(provider);
        AuthorizationCode code = code(about.metadata(), challenge, answer);
        TokenRequest request = new TokenRequest.Builder(
                        about.metadata().getTokenEndpointURI(),
                        authentication(provider, secret, about.metadata()),
                        new AuthorizationCodeGrant(code, back, new CodeVerifier(challenge.verifier())))
                .build();
        OIDCTokenResponse tokens = ask(request);
        try {
            IDTokenValidator validator = new IDTokenValidator(
                    new Issuer(provider.issuer()),
                    new ClientID(provider.clientId()),
                    new JWSVerificationKeySelector<>(ALGORITHMS, about.keys()),
                    null);
            Claims claims = claims(
                    provider, validator.validate(tokens.getOIDCTokens().getIDToken(), new Nonce(challenge.nonce())));
            return claims.isWhole()
                    ? claims
                    : claims.or(userInfo(
                            provider,
                            about.metadata(),
                            tokens.getOIDCTokens().getBearerAccessToken(),
                            claims.subject()));
        } catch (BadJOSEException e) {
            throw new Failure("its ID token is not good: " + e.getMessage(), false, e);
        } catch (JOSEException e) {
            throw new Failure("its keys cannot be had: " + e.getMessage(), true, e);
        }
    }

    private static AuthorizationCode code(OIDCProviderMetadata metadata, Challenge challenge, URI answer)
            throws Failure {
        AuthenticationResponse response;
        try {
            response = AuthenticationResponseParser.parse(answer);
        } catch (ParseException e) {
            throw new Failure("its answer cannot be read: " + e.getMessage(), false, e);
        }
        if (!new State(challenge.state()).equals(response.getState())) {
            throw new Failure("the answer belongs to another sign-in");
        }
        // RFC 9207: whoever has several providers must not take the answer of one for that of another.
        boolean mustName = metadata.supportsAuthorizationResponseIssuerParam();
        if ((mustName || response.getIssuer() != null) && !metadata.getIssuer().equals(response.getIssuer())) {
            throw new Failure("the answer is of another provider");
        }
        if (!response.indicatesSuccess()) {
            throw new Failure(
                    "it refused: " + response.toErrorResponse().getErrorObject().getCode());
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        if (code == null) {
            throw new Failure("its answer has no code");
        }
        return code;
    }

    private static OIDCTokenResponse ask(TokenRequest request) throws Failure {
        HTTPRequest http = request.toHTTPRequest();
        http.setConnectTimeout(TIMEOUT_MILLIS);
        http.setReadTimeout(TIMEOUT_MILLIS);
        http.setFollowRedirects(false);
        try {
            HTTPResponse answer = http.send();
            if (answer.getStatusCode() >= 500) {
                throw new Failure("its token endpoint answers " + answer.getStatusCode(), true);
            }
            TokenResponse response = OIDCTokenResponseParser.parse(answer);
            if (!response.indicatesSuccess()) {
                throw new Failure("it gave no token: "
                        + response.toErrorResponse().getErrorObject().getCode());
            }
            return (OIDCTokenResponse) response.toSuccessResponse();
        } catch (ParseException e) {
            throw new Failure("its token answer cannot be read: " + e.getMessage(), false, e);
        } catch (IOException e) {
            throw new Failure("its token endpoint does not answer: " + e.getMessage(), true, e);
        }
    }

    private static ClientAuthentication authentication(
            SignInProvider provider, String secret, OIDCProviderMetadata metadata) {
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean post = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        ClientID id = new ClientID(provider.clientId());
        return post ? new ClientSecretPost(id, new Secret(secret)) : new ClientSecretBasic(id, new Secret(secret));
    }

    private static Claims claims(SignInProvider provider, IDTokenClaimsSet token) {
        return claims(provider, token.getSubject().getValue(), token);
    }

    private static Claims claims(SignInProvider provider, String subject, ClaimsSet token) {
        return new Claims(
                subject,
                text(token, provider.usernameClaim()),
                text(token, "name"),
                text(token, "email"),
                Boolean.TRUE.equals(token.getBooleanClaim("email_verified")));
    }

    /**
     * What the provider says at its userinfo endpoint; many say little more than the subject in the ID token. Empty when it says
     * nothing usable: then somebody known is let in all the same, and nobody new.
     */
    private static Optional<Claims> userInfo(
            SignInProvider provider,
            OIDCProviderMetadata metadata,
            @Nullable BearerAccessToken access,
            String subject) {
        URI endpoint = metadata.getUserInfoEndpointURI();
        if (endpoint == null || access == null) {
            return Optional.empty();
        }
        HTTPRequest http = new UserInfoRequest(endpoint, access).toHTTPRequest();
        http.setConnectTimeout(TIMEOUT_MILLIS);
        http.setReadTimeout(TIMEOUT_MILLIS);
        http.setFollowRedirects(false);
        try {
            UserInfoResponse answer = UserInfoResponse.parse(http.send());
            ClaimsSet info =
                    answer.indicatesSuccess() ? answer.toSuccessResponse().getUserInfo() : null;
            // OpenID Connect Core 5.3.2: of anybody else it must not be used.
            if (info == null || !subject.equals(info.getStringClaim("sub"))) {
                LOG.warn("the userinfo endpoint of {} says nothing of who signed in", provider.name());
                return Optional.empty();
            }
            return Optional.of(claims(provider, subject, info));
        } catch (IOException | ParseException e) {
            LOG.warn("the userinfo endpoint of {} gives no answer: {}", provider.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> text(ClaimsSet token, String claim) {
        return Optional.ofNullable(token.getStringClaim(claim))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** Asks for the provider's description now, so that an administrator learns at once what is wrong with it. */
    void check(SignInProvider provider) throws Failure {
        known.remove(provider.issuer());
        known(provider);
    }

    private Known known(SignInProvider provider) throws Failure {
        Known before = known.get(provider.issuer());
        if (before != null && before.at().plus(REMEMBERED).isAfter(clock.instant())) {
            return before;
        }
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(provider.issuer()), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
            if (metadata.getAuthorizationEndpointURI() == null
                    || metadata.getTokenEndpointURI() == null
                    || metadata.getJWKSetURI() == null) {
                throw new Failure("its description names no authorization endpoint, token endpoint or keys");
            }
            JWKSource<SecurityContext> keys = JWKSourceBuilder.create(
                            metadata.getJWKSetURI().toURL(),
                            new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST_KEYS_BYTES))
                    .build();
            Known now = new Known(metadata, keys, clock.instant());
            known.put(provider.issuer(), now);
            return now;
        } catch (IOException e) {
            throw new Failure("its description cannot be had: " + e.getMessage(), true, e);
        } catch (GeneralException e) {
            throw new Failure("its description is not good: " + e.getMessage(), false, e);
        }
    }

    private static Scope scope(SignInProvider provider) {
        Scope scope = new Scope("openid");
        provider.scopes().forEach(scope::add);
        return scope;
    }

    private static Set<JWSAlgorithm> algorithms() {
        Set<JWSAlgorithm> all = new HashSet<>(JWSAlgorithm.Family.RSA);
        all.addAll(JWSAlgorithm.Family.EC);
        return Set.copyOf(all);
    }
}
