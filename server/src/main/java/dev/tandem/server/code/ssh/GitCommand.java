package dev.tandem.server.code.ssh;

import dev.tandem.server.code.http.GitAdmission;
import dev.tandem.server.code.http.GitTransfers;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.SshKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;
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
    private final String line;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable OutputStream messages;
    private @Nullable ExitCallback exit;
    private @Nullable Thread thread;

    /** @param line empty when a shell was asked for */
    GitCommand(GitTransfers transfers, SshKeys keys, String line) {
        this.transfers = transfers;
        this.keys = keys;
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
        if (owner.isEmpty()) {
            // Deleted or blocked since the connection was made.
            return say("Your key is not known any more.", REFUSED);
        }
        keys.used(key);
        return serve(owner.get(), protocol);
    }

    private int serve(Actor.Person person, @Nullable String protocol) {
        if (line.isEmpty()) {
            return say(
                    "Hello " + person.user().username() + ": your key is known. There is no shell here; use git.", 0);
        }
        Optional<GitCommandLine> asked = GitCommandLine.of(line);
        if (asked.isEmpty()) {
            return say("Only git's clone, fetch and push, and Git LFS, are served here.", REFUSED);
        }
        return switch (transfers.admit(
                person, asked.get().fullPath(), asked.get().writes())) {
            case GitAdmission.Admitted admitted -> transfer(admitted, asked.get(), protocol);
            case GitAdmission.Forbidden forbidden -> say(forbidden.why(), REFUSED);
            case GitAdmission.Unknown unknown -> unknown();
            case GitAdmission.Challenge challenge -> unknown();
            case GitAdmission.Throttled throttled -> say("Too many wrong attempts; try again later.", REFUSED);
        };
    }

    private int unknown() {
        return say("There is no such project, or you may not see it.", REFUSED);
    }

    private int transfer(GitAdmission.Admitted admitted, GitCommandLine asked, @Nullable String protocol) {
        GitTransfers.Streams streams = new GitTransfers.Streams(
                Objects.requireNonNull(in), Objects.requireNonNull(out), Objects.requireNonNull(messages));
        try {
            switch (asked.what()) {
                case PUSH -> transfers.push(admitted, streams);
                case FETCH -> transfers.fetch(admitted, protocol, streams);
                case LFS_UPLOAD -> transfers.authenticateLfs(admitted, true, streams);
                case LFS_DOWNLOAD -> transfers.authenticateLfs(admitted, false, streams);
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
