package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the services of identity together. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

    @Bean
    Users users(Database database, Clock clock) {
        return new Users(database, clock);
    }

    @Bean
    Members members(Database database, Clock clock) {
        return new Members(database, clock);
    }

    @Bean
    Namespaces namespaces(
            Database database,
            Members members,
            Audit audit,
            Clock clock,
            ObjectProvider<GroupProjects> projects,
            DurableTask<MarkedGroup> deletion,
            Settings settings) {
        return new Namespaces(
                database, members, audit, clock, projects, deletion, Duration.ofDays(settings.deletionDelayDays()));
    }

    @Bean
    DurableTask<MarkedGroup> deleteMarkedGroup(ObjectProvider<Namespaces> namespaces) {
        return new DurableTask<>(
                "identity.delete-marked-group",
                MarkedGroup.class,
                marked -> namespaces.getObject().deleteMarked(marked));
    }

    @Bean
    PersonalTokens personalTokens(Database database, Clock clock) {
        return new PersonalTokens(database, clock);
    }

    @Bean
    Sessions sessions(Database database, Clock clock, Settings settings) {
        return new Sessions(database, clock, settings.twoFactorRequired());
    }

    @Bean
    Audit audit(Database database, Clock clock) {
        return new Audit(database, clock);
    }

    @Bean
    Access access(Members members, Users users) {
        return new Access(members, users);
    }

    @Bean
    RequestLimit requestLimit(Settings settings, Clock clock) {
        return new RequestLimit(settings.requestsPerMinute(), clock);
    }

    @Bean
    Passwords passwords(PasswordCost cost) {
        return new Passwords(cost);
    }

    @Bean
    SignIn signIn(
            Database database,
            Passwords passwords,
            Sessions sessions,
            PersonalTokens tokens,
            ObjectProvider<JobTokens> jobTokens,
            SecondFactors secondFactors,
            Settings settings,
            Audit audit,
            Clock clock) {
        return new SignIn(
                database,
                passwords,
                new Throttle(clock),
                sessions,
                tokens,
                jobTokens,
                secondFactors,
                settings,
                audit,
                clock);
    }

    @Bean
    SecondFactors secondFactors(Database database, SecretBox secrets, Sessions sessions, Audit audit, Clock clock) {
        return new SecondFactors(database, secrets, sessions, Throttle.ofCodes(clock), audit, clock);
    }

    @Bean
    RecurringTask deleteExpiredSecondSteps(SecondFactors secondFactors) {
        return new RecurringTask(
                "identity.delete-expired-second-steps", Duration.ofHours(1), secondFactors::deleteExpired);
    }

    @Bean
    SignInProviders signInProviders(Database database, SecretBox secrets, Audit audit, Clock clock) {
        return new SignInProviders(database, secrets, audit, clock);
    }

    @Bean
    ProviderSignIn providerSignIn(
            Database database,
            SignInProviders providers,
            Users users,
            SignIn signIn,
            SecretBox secrets,
            ServerUrls urls,
            Audit audit,
            JsonMapper json,
            Clock clock) {
        return new ProviderSignIn(
                database, providers, new OpenIdClient(clock), users, signIn, secrets, urls, audit, json, clock);
    }

    @Bean
    Passkeys passkeys(
            Database database,
            SignIn signIn,
            SecretBox secrets,
            ServerUrls urls,
            Audit audit,
            JsonMapper json,
            Clock clock) {
        return new Passkeys(database, signIn, secrets, urls, audit, json, clock);
    }

    @Bean
    SshKeys sshKeys(Database database, Clock clock) {
        return new SshKeys(database, clock);
    }

    @Bean
    Accounts accounts(
            Database database,
            Users users,
            Sessions sessions,
            Passwords passwords,
            Audit audit,
            Clock clock,
            Settings settings) {
        return new Accounts(database, users, sessions, passwords, audit, clock, settings);
    }

    @Bean
    Departures departures(
            Database database,
            Members members,
            Sessions sessions,
            ObjectProvider<GroupProjects> projects,
            Audit audit,
            Settings settings) {
        return new Departures(database, members, sessions, projects, audit, settings);
    }

    @Bean
    Invitations invitations(
            Database database,
            Members members,
            Access access,
            Accounts accounts,
            Namespaces namespaces,
            ObjectProvider<ProjectDirectory> projects,
            ObjectProvider<Mails> mails,
            Audit audit,
            ServerUrls urls,
            Settings settings,
            Clock clock) {
        return new Invitations(
                database,
                members,
                access,
                accounts,
                namespaces,
                projects,
                mails,
                new Throttle(clock),
                audit,
                urls,
                settings,
                clock);
    }

    @Bean
    RecurringTask deleteExpiredInvitations(Invitations invitations) {
        return new RecurringTask(
                "identity.delete-expired-invitations", Duration.ofHours(1), invitations::deleteExpired);
    }

    @Bean
    PasswordResets passwordResets(
            Database database,
            Accounts accounts,
            ObjectProvider<Mails> mails,
            Audit audit,
            ServerUrls urls,
            Settings settings,
            Clock clock) {
        return new PasswordResets(database, accounts, new Throttle(clock), mails, audit, urls, settings, clock);
    }

    @Bean
    DurableTask<PasswordResets.Asked> passwordResetAsked(PasswordResets resets) {
        return resets.task();
    }

    @Bean
    RecurringTask deleteExpiredPasswordResets(PasswordResets resets) {
        return new RecurringTask("identity.delete-expired-password-resets", Duration.ofHours(1), resets::deleteExpired);
    }

    @Bean
    FirstStart firstStart(
            Database database,
            Users users,
            Sessions sessions,
            PersonalTokens tokens,
            Passwords passwords,
            Audit audit,
            ObjectProvider<InitialRoot> initial,
            Settings settings) {
        InitialRoot root = initial.getIfAvailable(() -> new InitialRoot(null, null));
        return new FirstStart(database, users, sessions, tokens, passwords, audit, root, settings);
    }

    @Bean
    RecurringTask deleteExpiredSessions(Sessions sessions) {
        return new RecurringTask("identity.delete-expired-sessions", Duration.ofHours(1), sessions::deleteExpired);
    }

    @Bean
    ProjectTopics projectTopics(Actors actors, Access access, ProjectDirectory projects) {
        return new ProjectTopics(actors, access, projects);
    }

    /** They count no more from the moment they expire; this keeps the table small. */
    @Bean
    RecurringTask deleteExpiredMembers(Members members) {
        return new RecurringTask("identity.delete-expired-members", Duration.ofHours(1), members::deleteExpired);
    }
}
