package dev.tandem.server.code.ssh;

import dev.tandem.server.code.DeployKeys;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.http.GitTransfers;
import dev.tandem.server.identity.SshKeys;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.forward.ForwarderFactory;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Listens for git over SSH where the administrator switched it on. Public keys only; no shell, no forwarding, no files. The
 * user is always {@code git}: the key says who it is.
 */
@Component
public class SshGit implements SmartLifecycle {
    /** The key that was offered last; once somebody is in, the one they proved to hold. */
    static final AttributeKey<PublicKey> KEY = new AttributeKey<>();

    private static final Logger LOG = LoggerFactory.getLogger(SshGit.class);
    private static final String USER = "git";

    /** Time to prove who one is. */
    private static final Duration SIGN_IN = Duration.ofSeconds(30);

    /** Of a silent client; a slow one that still moves is never cut off. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** A client offers each key that its agent holds. */
    private static final int MOST_KEYS = 20;

    private final Settings settings;
    private final ServerUrls urls;
    private final SshKeys keys;
    private final DeployKeys deployKeys;
    private final Projects projects;
    private final GitTransfers transfers;
    private @Nullable SshServer server;

    SshGit(
            Settings settings,
            ServerUrls urls,
            SshKeys keys,
            DeployKeys deployKeys,
            Projects projects,
            GitTransfers transfers) {
        this.settings = settings;
        this.urls = urls;
        this.keys = keys;
        this.deployKeys = deployKeys;
        this.projects = projects;
        this.transfers = transfers;
    }

    /** Address of a project for git over SSH; empty when that is switched off. */
    public synchronized Optional<String> url(String fullPath) {
        SshServer running = server;
        return running == null
                ? Optional.empty()
                : Optional.of("ssh://" + USER + "@" + urls.external().getHost() + ":" + running.getPort() + "/"
                        + fullPath + ".git");
    }

    @Override
    public synchronized void start() {
        if (!settings.ssh()) {
            return;
        }
        SshServer starting = SshServer.setUpDefaultServer();
        starting.setHost(settings.bind());
        starting.setPort(settings.sshPort());
        starting.setKeyPairProvider(hostKey(settings.data().resolve("ssh")));
        starting.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        starting.setPublickeyAuthenticator(this::knows);
        starting.setShellFactory(channel -> new GitCommand(transfers, keys, deployKeys, projects, ""));
        starting.setCommandFactory((channel, line) -> new GitCommand(transfers, keys, deployKeys, projects, line));
        starting.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        starting.setForwarderFactory((ForwarderFactory) null);
        starting.setSubsystemFactories(List.of());
        CoreModuleProperties.AUTH_TIMEOUT.set(starting, SIGN_IN);
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(starting, MOST_KEYS);
        CoreModuleProperties.IDLE_TIMEOUT.set(starting, IDLE);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(starting, "Tandem");
        try {
            starting.start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen for git over SSH on port " + settings.sshPort() + ": " + e.getMessage()
                            + ". Set ssh-port to a free port.",
                    e);
        }
        server = starting;
        LOG.info("git over SSH listens on port {}", starting.getPort());
    }

    /** Made at the first start, readable for the server's user only. */
    private static SimpleGeneratorHostKeyProvider hostKey(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SimpleGeneratorHostKeyProvider provider = new SimpleGeneratorHostKeyProvider(folder.resolve("host_ed25519"));
        provider.setAlgorithm("Ed25519");
        provider.setStrictFilePermissions(true);
        return provider;
    }

    /** Asked twice for each key: whether it would do, and once more before its proof is looked at. */
    private boolean knows(@Nullable String username, PublicKey key, ServerSession session) {
        session.setAttribute(KEY, key);
        return USER.equals(username) && (keys.owner(key).isPresent() || deployKeys.isKnown(key));
    }

    @Override
    public synchronized void stop() {
        SshServer running = server;
        server = null;
        if (running != null) {
            try {
                running.stop();
            } catch (IOException e) {
                LOG.warn("git over SSH did not end cleanly: {}", e.getMessage());
            }
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return server != null;
    }
}
