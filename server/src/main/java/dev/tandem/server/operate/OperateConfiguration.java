package dev.tandem.server.operate;

import dev.tandem.server.build.PipelineFinished;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.RolloutNeedsPerson;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.http.OutgoingHttp;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.ProjectSection;
import dev.tandem.server.platform.web.Translator;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the parts of operate together. */
@Configuration(proxyBeanMethods = false)
class OperateConfiguration {
    /** An incident whose service is well, and which nobody took up, is over after this. */
    private static final Duration QUIET = Duration.ofHours(24);

    @Bean
    EventListener<DeploymentFinished> incidentsOfDeployments(DeploymentWatch watch) {
        return new EventListener<>("operate.deployment-finished", DeploymentFinished.class, watch::finished);
    }

    @Bean
    RecurringTask resolveQuietIncidents(Incidents incidents, Clock clock) {
        return new RecurringTask(
                "operate.resolve-quiet-incidents",
                Duration.ofMinutes(10),
                () -> incidents.resolveQuiet(clock.instant().minus(QUIET)));
    }

    @Bean
    SignalKeeper signals(Database database, Environments environments, Live live, Clock clock) {
        return new SignalKeeper(database, environments, live, clock);
    }

    @Bean
    RecurringTask storeSignals(SignalKeeper signals) {
        return new RecurringTask("operate.store-signals", Duration.ofSeconds(10), signals::store);
    }

    @Bean
    RecurringTask sweepSignals(SignalKeeper signals) {
        return new RecurringTask("operate.sweep-signals", Duration.ofMinutes(5), signals::sweep);
    }

    @Bean
    DurableTask<HealthChange> healthChanged(ObjectProvider<LostHealth> health) {
        return new DurableTask<>(
                "operate.health-changed",
                HealthChange.class,
                change -> health.getObject().take(change));
    }

    @Bean
    HealthWatch healthWatch(Database database, DurableTask<HealthChange> healthChanged) {
        return new HealthWatch(database, healthChanged);
    }

    @Bean
    DurableTask<UptimeChange> uptimeChanged(ObjectProvider<UptimeIncidents> incidents) {
        return new DurableTask<>(
                "operate.uptime-changed",
                UptimeChange.class,
                change -> incidents.getObject().take(change));
    }

    @Bean
    UptimeRunner uptimeRunner(
            Database database,
            Environments environments,
            OutgoingHttp http,
            DurableTask<UptimeChange> uptimeChanged,
            Clock clock) {
        return new UptimeRunner(database, environments, http, uptimeChanged, clock);
    }

    @Bean
    RecurringTask askUptimeChecks(UptimeRunner runner) {
        return new RecurringTask("operate.ask-uptime-checks", Duration.ofSeconds(2), runner::run);
    }

    @Bean
    Translator noticeLanguage(Settings settings) {
        return Translator.of(settings.language());
    }

    @Bean
    Notifications notifications(
            Database database,
            SecretBox secrets,
            JsonMapper json,
            Audit audit,
            Clock clock,
            Translator noticeLanguage,
            OutgoingHttp http,
            MailSender mailSender) {
        return new Notifications(
                database,
                secrets,
                json,
                audit,
                clock,
                noticeLanguage,
                Map.of(Channel.Kind.WEBHOOK, new WebhookSender(http, json, clock), Channel.Kind.EMAIL, mailSender));
    }

    @Bean
    MailSender mailSender(Settings settings, Clock clock) {
        return new MailSender(settings.smtpUrl(), settings.smtpPassword(), settings.smtpFrom(), clock);
    }

    @Bean
    AccountMails accountMails(MailSender mailSender, SecretBox secrets, JsonMapper json, Clock clock) {
        return new AccountMails(mailSender, secrets, json, clock);
    }

    @Bean
    DurableTask<AccountMails.Sealed> accountMailTask(AccountMails mails) {
        return mails.task();
    }

    @Bean
    DurableTask<DeliveryDue> notifyTask(Notifications notifications) {
        return notifications.task();
    }

    @Bean
    MailPreferences mailPreferences(Database database, SecretBox secrets) {
        return new MailPreferences(database, secrets);
    }

    @Bean
    EventListener<IncidentOpened> mailOpened(PersonalMails mails) {
        return new EventListener<>("operate.mail-opened", IncidentOpened.class, (id, event) -> mails.opened(event));
    }

    @Bean
    EventListener<RolloutNeedsPerson> mailNeedsPerson(PersonalMails mails) {
        return new EventListener<>(
                "operate.mail-needs-person", RolloutNeedsPerson.class, (id, event) -> mails.needsPerson(event));
    }

    @Bean
    EventListener<PipelineFinished> mailFailed(PersonalMails mails) {
        return new EventListener<>(
                "operate.mail-pipeline-finished", PipelineFinished.class, (id, event) -> mails.finished(event));
    }

    @Bean
    InstanceSection mailSection() {
        return new InstanceSection(
                "operate.mail.title", "info", "/-/profile/mail", 115, InstanceSection.Audience.SIGNED_IN);
    }

    @Bean
    EventListener<IncidentOpened> tellOpened(Notices notices) {
        return new EventListener<>("operate.tell-opened", IncidentOpened.class, (id, event) -> notices.opened(event));
    }

    @Bean
    EventListener<IncidentAcknowledged> tellAcknowledged(Notices notices) {
        return new EventListener<>(
                "operate.tell-acknowledged", IncidentAcknowledged.class, (id, event) -> notices.acknowledged(event));
    }

    @Bean
    EventListener<IncidentResolved> tellResolved(Notices notices) {
        return new EventListener<>(
                "operate.tell-resolved", IncidentResolved.class, (id, event) -> notices.resolved(event));
    }

    @Bean
    EventListener<RolloutNeedsPerson> tellNeedsPerson(Notices notices) {
        return new EventListener<>(
                "operate.tell-needs-person", RolloutNeedsPerson.class, (id, event) -> notices.needsPerson(event));
    }

    @Bean
    EventListener<DeploymentFinished> tellRolledBack(Notices notices) {
        return new EventListener<>(
                "operate.tell-rolled-back", DeploymentFinished.class, (id, event) -> notices.finished(event));
    }

    @Bean
    ProjectSection serviceSection() {
        return new ProjectSection(
                "service", "operate.service", "health", "/-/service", 350, 'v', Permission.READ_ENVIRONMENT);
    }

    @Bean
    InstanceSection servicesSection() {
        return new InstanceSection(
                "operate.services.title", "health", "/-/services", 250, InstanceSection.Audience.SIGNED_IN);
    }

    @Bean
    ProjectSection incidentsSection() {
        return new ProjectSection(
                "incidents",
                "operate.incidents.title",
                "health",
                "/-/incidents",
                400,
                'i',
                Permission.READ_ENVIRONMENT);
    }
}
