package dev.tandem.server.code.ssh;

import dev.tandem.server.code.DeployKey;
import dev.tandem.server.code.DeployKeys;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.http.GitAdmission;
import dev.tandem.server.code.http.GitTransfers;
import dev.tandem.server.code.lfs.Bearer;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.SshKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command that somebody who proved who they are sent: a fetch, a push, or something that is not served here. */
final class GitCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(GitCommand.class);
    private static final int REFUSED = 128;

    private final GitTransfers transfers;
    private final SshKeys keys;
    private final DeployKeys deployKeys;
    private final Projects projects;
    private final String line;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable OutputStream messages;
    private @Nullable ExitCallback exit;
    private @Nullable Thread thread;

    /** @param line empty when a shell was asked for */
    GitCommand(GitTransfers transfers, SshKeys keys, DeployKeys deployKeys, Projects projects, String line) {
        this.transfers = transfers;
        this.keys = keys;
        this.deployKeys = deployKeys;
        this.projects = projects;
        this.line = line;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        messages = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        PublicKey key =
                Objects.requireNonNull(channel.getSession().getAttribute(SshGit.KEY), "nobody comes here unknown");
        String protocol = environment.getEnv().get("GIT_PROTOCOL");
        thread = Thread.ofVirtual().name("ssh-git").start(() -> end(serve(key, protocol)));
    }

    @Override
    public void destroy(ChannelSession channel) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void end(int code) {
        Objects.requireNonNull(exit).onExit(code);
    }

    private int serve(PublicKey key, @Nullable String protocol) {
        Optional<Actor.Person> owner = keys.owner(key);
        if (owner.isPresent()) {
            keys.used(key);
            Bearer person = new Bearer.Human(owner.get().user().id());
            return line.isEmpty()
                    ? hello(owner.get().user().username())
                    : serve(protocol, asked -> Optional.of(person));
        }
        if (deployKeys.isKnown(key)) {
            return line.isEmpty() ? hello("deploy key") : serve(protocol, asked -> machine(key, asked));
        }
        // Deleted or blocked since the connection was made.
        return say("Your key is not known any more.", REFUSED);
    }

    private int hello(String name) {
        return say("Hello " + name + ": your key is known. There is no shell here; use git.", 0);
    }

    /** The key as the project that is asked for has it. */
    private Optional<Bearer> machine(PublicKey key, GitCommandLine asked) {
        Optional<DeployKey> found = projects.findByAnyPath(asked.fullPath()).flatMap(it -> deployKeys.of(key, it.id()));
        found.ifPresent(deployKeys::used);
        return found.map(it -> new Bearer.Machine(it.id()));
    }

    private int serve(@Nullable String protocol, Function<GitCommandLine, Optional<Bearer>> who) {
        Optional<GitCommandLine> asked = GitCommandLine.of(line);
        if (asked.isEmpty()) {
            return say("Only git's clone, fetch and push, and Git LFS, are served here.", REFUSED);
        }
        Optional<Bearer> bearer = who.apply(asked.get());
        if (bearer.isEmpty()) {
            return unknown();
        }
        return switch (transfers.admit(
                bearer.get(), asked.get().fullPath(), asked.get().writes())) {
            case GitAdmission.Admitted admitted -> transfer(admitted, bearer.get(), asked.get(), protocol);
            case GitAdmission.Forbidden forbidden -> say(forbidden.why(), REFUSED);
            case GitAdmission.Unknown unknown -> unknown();
            case GitAdmission.Challenge challenge -> unknown();
            case GitAdmission.Throttled throttled -> say("Too many wrong attempts; try again later.", REFUSED);
        };
    }

    private int unknown() {
        return say("There is no such project, or you may not see it.", REFUSED);
    }

    private int transfer(
            GitAdmission.Admitted admitted, Bearer bearer, GitCommandLine asked, @Nullable String protocol) {
        String now = admitted.project().fullPath();
        if (!now.equalsIgnoreCase(asked.fullPath())) {
            say("This project is now " + now + "; the old address works until something else takes it.", 0);
        }
        GitTransfers.Streams streams = new GitTransfers.Streams(
                Objects.requireNonNull(in), Objects.requireNonNull(out), Objects.requireNonNull(messages));
        try {
            switch (asked.what()) {
                case PUSH -> transfers.push(admitted, streams);
                case FETCH -> transfers.fetch(admitted, protocol, streams);
                case LFS_UPLOAD -> transfers.authenticateLfs(admitted, bearer, true, streams);
                case LFS_DOWNLOAD -> transfers.authenticateLfs(admitted, bearer, false, streams);
            }
            return 0;
        } catch (IOException e) {
            // Mostly a client that went away; JGit has told the others what is wrong.
            LOG.info("git over SSH, {}: {}", asked.fullPath(), e.getMessage());
            return REFUSED;
        } catch (RuntimeException e) {
            LOG.error("git over SSH, {}", asked.fullPath(), e);
            return say("This failed on the server's side; its log says why.", REFUSED);
        }
    }

    private int say(String text, int code) {
        try {
            OutputStream stream = Objects.requireNonNull(messages);
            stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException e) {
            LOG.debug("The client left before it was told: {}", text);
        }
        return code;
    }
}
