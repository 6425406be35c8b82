package dev.tandem.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An OpenID Connect provider in this process. {@link #authorize} is what its sign-in page would do; the token it then gives can
 * be bent by {@link #bend} and signed otherwise by {@link #signature}.
 */
final class TestProvider implements AutoCloseable {
    static final String CLIENT = "tandem";
    static final String SECRET = "client secret of thirty-two bytes and more";

    enum Signature {
        RIGHT,
        NONE,
        OTHER_KEY,
        WITH_CLIENT_SECRET
    }

    private final HttpServer server;
    private final RSAKey key;
    private final RSAKey otherKey;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private volatile UnaryOperator<JWTClaimsSet.Builder> bent = claims -> claims;
    private volatile Signature signature = Signature.RIGHT;
    private volatile String userInfo = "{}";
    private volatile boolean down;

    private record Grant(String challenge, String redirect, String nonce, Map<String, Object> claims) {}

    TestProvider() {
        try {
            key = new RSAKeyGenerator(2048).keyID("k").generate();
            otherKey = new RSAKeyGenerator(2048).keyID("k").generate();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (JOSEException | IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext(
                "/.well-known/openid-configuration", exchange -> answer(exchange, 200, """
                {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
                 "jwks_uri":"%1$s/jwks","userinfo_endpoint":"%1$s/userinfo","response_types_supported":["code"],"subject_types_supported":["public"],
                 "id_token_signing_alg_values_supported":["RS256"]}""".formatted(issuer())));
        server.createContext("/jwks", exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/userinfo", exchange -> {
            boolean right = "Bearer a".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            answer(exchange, right ? 200 : 401, right ? userInfo : "{}");
        });
        server.createContext("/token", this::token);
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void bend(UnaryOperator<JWTClaimsSet.Builder> change) {
        bent = change;
    }

    void sign(Signature how) {
        signature = how;
    }

    /** @param json what is said of whoever shows an access token */
    void setUserInfo(String json) {
        userInfo = json;
    }

    void setDown(boolean isDown) {
        down = isDown;
    }

    /**
     * Somebody signs in here.
     *
     * @return the query with which the browser is sent back
     */
    String authorize(String address, Map<String, Object> claims) {
        Map<String, String> query = query(address.substring(address.indexOf('?') + 1));
        if (!"S256".equals(query.get("code_challenge_method")) || !CLIENT.equals(query.get("client_id"))) {
            throw new AssertionError("not a request with PKCE of our client: " + address);
        }
        String code = "code-" + grants.size();
        grants.put(code, new Grant(query.get("code_challenge"), query.get("redirect_uri"), query.get("nonce"), claims));
        return "?code=" + code + "&state=" + query.get("state");
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form = query(body);
        String basic = Base64.getEncoder()
                .encodeToString((CLIENT + ":" + java.net.URLEncoder.encode(SECRET, StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8));
        Grant grant = grants.remove(form.get("code"));
        boolean right = grant != null
                && ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && grant.redirect().equals(form.get("redirect_uri"))
                && grant.challenge().equals(hash(form.get("code_verifier")));
        if (!right) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        answer(
                exchange,
                200,
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}".formatted(idToken(grant)));
    }

    private String idToken(Grant grant) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim("nonce", grant.nonce());
        grant.claims().forEach(claims::claim);
        try {
            return signed(bent.apply(claims).build()).serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWT signed(JWTClaimsSet claims) throws JOSEException {
        JWSHeader rsa = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build();
        return switch (signature) {
            case NONE -> new PlainJWT(claims);
            case RIGHT -> {
                SignedJWT token = new SignedJWT(rsa, claims);
                token.sign(new RSASSASigner(key));
                yield token;
            }
            case OTHER_KEY -> {
                SignedJWT token = new SignedJWT(rsa, claims);
                token.sign(new RSASSASigner(otherKey));
                yield token;
            }
            case WITH_CLIENT_SECRET -> {
                SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
                token.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
                yield token;
            }
        };
    }

    private void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(down ? 503 : status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String hash(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    static Map<String, String> query(String text) {
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
