package dev.tandem.server.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything an administrator can set. Read once at start by {@link SettingsReader}; immutable after.
 *
 * <p>Addresses of this server are made by {@link ServerUrls}, never from its parts here. Each component carries its key, default and description; {@code docs/configuration.md} is generated from them.
 */
public record Settings(
        @Setting(
                key = "data",
                value = "tandem-data",
                doc = "Folder that holds everything: database, repositories, logs, artifacts, bundles.")
        Path data,

        @Setting(key = "port", value = "8080", doc = "TCP port of pages, API and git; 0 takes a free one.")
        int port,

        @Setting(key = "bind", value = "127.0.0.1", doc = "Address to listen on; 0.0.0.0 for all.")
        String bind,

        @Setting(key = "ssh", value = "false", doc = "Whether git is served over SSH too.")
        boolean ssh,

        @Setting(key = "ssh-port", value = "2222", doc = "TCP port of git over SSH; 0 takes a free one.")
        int sshPort,

        @Setting(
                key = "external-url",
                value = "",
                doc =
                        "Address under which people and runners reach this server. Default: http://localhost:PORT, with TLS https://localhost:PORT.")
        @Nullable
        URI externalUrl,

        @Setting(
                key = "tls-certificate",
                value = "",
                doc =
                        "PEM file with the certificate and those that lead to its root: the port then speaks HTTPS. Read anew"
                                + " some seconds after it changed. Needs tls-key.")
        String tlsCertificate,

        @Setting(key = "tls-key", value = "", doc = "PEM file with the private key (PKCS#8) of tls-certificate.")
        String tlsKey,

        @Setting(
                key = "trusted-proxies",
                value = "",
                doc =
                        "Addresses or networks (10.0.0.0/8), separated by commas, of reverse proxies whose X-Forwarded-For"
                                + " is believed. Without, everybody behind a proxy counts as one client when sign-in is throttled.")
        Networks trustedProxies,

        @Setting(
                key = "two-factor-required",
                value = "false",
                doc = "Whether everybody who has a password must also set up one-time codes, before anything else. Git"
                        + " over HTTP then takes tokens only; tokens and SSH keys that are there go on working.")
        boolean twoFactorRequired,

        @Setting(
                key = "invited-accounts",
                value = "true",
                doc =
                        "Whether somebody whom a project or group invites by link may make an account on the way. Otherwise"
                                + " only administrators make accounts.")
        boolean invitedAccounts,

        @Setting(
                key = "database-url",
                value = "",
                doc = "JDBC URL of a PostgreSQL database. Default: an SQLite file in the data folder.")
        String databaseUrl,

        @Setting(key = "database-user", value = "", doc = "User of the PostgreSQL database.")
        String databaseUser,

        @Setting(key = "database-password", value = "", doc = "Password of the PostgreSQL database.", secret = true)
        String databasePassword,

        @Setting(
                key = "runner-concurrency",
                value = "2",
                doc = "Jobs that the built-in runner executes at a time; 0 switches it off.")
        int runnerConcurrency,

        @Setting(key = "agent", value = "true", doc = "Whether the built-in agent runs services on this machine.")
        boolean agent,

        @Setting(
                key = "services-port",
                value = "8081",
                doc = "TCP port of the proxy in front of services; 0 takes a free one.")
        int servicesPort,

        @Setting(
                key = "services-domain",
                value = "localhost",
                doc = "Services answer at ENVIRONMENT.PROJECT.DOMAIN on the services port.")
        String servicesDomain,

        @Setting(
                key = "service-memory-megabytes",
                value = "0",
                doc =
                        "Resident memory that a service's processes may use together, unless its deployment says --memory;"
                                + " 0 for no limit. Counts for what is deployed from then on.")
        int serviceMemoryMegabytes,

        @Setting(
                key = "unsafe-shell",
                value = "false",
                doc = "Allow jobs and services to run without isolation where bubblewrap cannot be used. They can then"
                        + " read and change whatever this server can.")
        boolean unsafeShell,

        @Setting(
                key = "job-lost-after",
                value = "PT3M",
                doc = "A running job that sends nothing for this long is lost (ISO 8601 duration).")
        Duration jobLostAfter,

        @Setting(
                key = "max-artifact-megabytes",
                value = "500",
                doc = "Largest artifact archive and release bundle that is accepted.")
        int maxArtifactMegabytes,

        @Setting(key = "max-lfs-object-megabytes", value = "2000", doc = "Largest file that is accepted over Git LFS.")
        int maxLfsObjectMegabytes,

        @Setting(
                key = "outgoing-allow",
                value = "",
                doc = "What of this machine and its network users may let the server ask (includes, webhooks, uptime"
                        + " checks): names, addresses and ranges with commas, each perhaps with a port, such as"
                        + " 10.1.2.0/24, wiki.example.org:8443. Everything else that is not on the open Internet is"
                        + " refused.")
        String outgoingAllow,

        @Setting(
                key = "ci-templates",
                value = "",
                doc = "Folder with the files that `include:template` of pipeline configurations names. Default: none.")
        String ciTemplates,

        @Setting(
                key = "smtp-url",
                value = "",
                doc = "Mail server: smtp://user@host:587 (STARTTLS) or smtps://user@host:465; without user it is asked"
                        + " without signing in. Empty: no mail is sent.")
        String smtpUrl,

        @Setting(key = "smtp-password", value = "", doc = "Password of the user in smtp-url.", secret = true)
        String smtpPassword,

        @Setting(key = "smtp-from", value = "", doc = "Address from which mail is sent.")
        String smtpFrom,

        @Setting(
                key = "language",
                value = "en",
                doc = "Language of mails and webhooks: en or zh-CN. Pages speak the language of whoever reads them.")
        String language,

        @Setting(
                key = "bundle-expire-days",
                value = "90",
                doc =
                        "A release bundle that was not rolled out for this many days, and that no environment runs or would go"
                                + " back to, is removed; 0 keeps all.")
        int bundleExpireDays,

        @Setting(
                key = "deletion-delay-days",
                value = "7",
                doc =
                        "A project or group that was deleted can be brought back by its owners for this many days; 0 deletes"
                                + " at once.")
        int deletionDelayDays,

        @Setting(
                key = "requests-per-minute",
                value = "0",
                doc =
                        "Requests a minute from one person, over all their tokens and browsers, and from one address that is"
                                + " not signed in; more are answered with 429. Runners and agents do not count. 0 for no limit.")
        int requestsPerMinute,

        @Setting(
                key = "jobs-per-project",
                value = "0",
                doc = "Jobs of one project that run at once; more wait. An administrator can set another number for a"
                        + " project. 0 for no limit.")
        int jobsPerProject,

        @Setting(key = "max-push-megabytes", value = "2048", doc = "Largest push, as it comes over the wire.")
        int maxPushMegabytes,

        @Setting(
                key = "max-repository-megabytes",
                value = "0",
                doc = "What a repository may take on disk: pushes that would make it larger are refused. 0 for no"
                        + " limit.")
        int maxRepositoryMegabytes,

        @Setting(
                key = "log-file",
                value = "",
                doc = "File to which the server's log goes, too. Old parts of it lie beside it, compressed.")
        String logFile,

        @Setting(
                key = "log-file-megabytes",
                value = "50",
                doc = "A log file of this size is set aside and a new one begun; 20 times as much is kept.")
        int logFileMegabytes,

        @Setting(key = "log-file-days", value = "30", doc = "Parts of the log that are older are removed.")
        int logFileDays,

        @Setting(key = "log-format", value = "text", doc = "text for people, json for machines (one object a line).")
        String logFormat) {
    /** Whether the port itself speaks HTTPS. */
    public boolean tls() {
        return !tlsCertificate.isEmpty();
    }
}
