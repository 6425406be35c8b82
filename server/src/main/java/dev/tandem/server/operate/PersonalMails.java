package dev.tandem.server.operate;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.PipelineFacts;
import dev.tandem.server.build.PipelineFinished;
import dev.tandem.server.build.Pipelines;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.RolloutNeedsPerson;
import dev.tandem.server.identity.Mails;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.MailPreferences.Topic;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells people by mail what they chose to hear of, each in their own language, once for each event. */
@Component
final class PersonalMails {
    private static final String UNSUBSCRIBE = "/-/mail/unsubscribe/";
    /** After that it is no news. */
    private static final Duration NEWS = Duration.ofHours(12);

    private static final int MOST_MEMBERS = 1000;

    private final MailPreferences preferences;
    private final Mails mails;
    private final Members members;
    private final Users users;
    private final ProjectDirectory projects;
    private final Incidents incidents;
    private final Pipelines pipelines;
    private final Repositories repositories;
    private final ServerUrls urls;
    private final Database database;
    private final Clock clock;

    PersonalMails(
            MailPreferences preferences,
            Mails mails,
            Members members,
            Users users,
            ProjectDirectory projects,
            Incidents incidents,
            Pipelines pipelines,
            Repositories repositories,
            ServerUrls urls,
            Database database,
            Clock clock) {
        this.preferences = preferences;
        this.mails = mails;
        this.members = members;
        this.users = users;
        this.projects = projects;
        this.incidents = incidents;
        this.pipelines = pipelines;
        this.repositories = repositories;
        this.urls = urls;
        this.database = database;
        this.clock = clock;
    }

    /** What is told, before it is put into somebody's language. */
    private record News(String eventKey, ProjectFacts project, Topic topic, Text title, Text line, String path) {}

    void opened(IncidentOpened event) {
        projects.find(Long.toString(event.projectId()))
                .ifPresent(project -> incidents
                        .find(event.incidentId())
                        .ifPresent(incident -> tell(
                                developers(project),
                                new News(
                                        "incident-" + incident.id(),
                                        project,
                                        Topic.INCIDENTS,
                                        Text.of(
                                                "operate.notice.incident_opened",
                                                IncidentTexts.title(incident),
                                                incident.iid()),
                                        Text.plain(""),
                                        "/-/incidents/" + incident.iid()))));
    }

    void needsPerson(RolloutNeedsPerson event) {
        projects.find(Long.toString(event.projectId()))
                .ifPresent(project -> tell(
                        developers(project),
                        new News(
                                "rollout-" + event.rolloutId() + "-" + event.code(),
                                project,
                                Topic.ROLLOUTS,
                                Text.of("operate.notice.rollout_needs_person", event.environment()),
                                ReasonTexts.of(event.code(), event.arguments()),
                                "/-/deployments/" + event.deploymentId())));
    }

    void finished(PipelineFinished event) {
        if (event.status() == JobStatus.FAILED) {
            projects.find(Long.toString(event.projectId()))
                    .ifPresent(project -> pipelines
                            .find(event.pipelineId())
                            .filter(pipeline -> !pipeline.source().equals("parent_pipeline"))
                            .ifPresent(pipeline -> tell(List.of(pipeline.user()), failed(project, pipeline))));
        }
    }

    private News failed(ProjectFacts project, PipelineFacts pipeline) {
        Text title = repositories
                .commit(project.id(), pipeline.sha())
                .map(Commit::title)
                .map(Text::plain)
                .orElse(Text.plain(pipeline.sha()));
        return new News(
                "pipeline-" + pipeline.pipelineId(),
                project,
                Topic.PIPELINES,
                Text.of("operate.mail.pipeline", "#" + pipeline.pipelineId(), pipeline.ref()),
                title,
                "/-/pipelines/" + pipeline.pipelineId());
    }

    private List<UserId> developers(ProjectFacts project) {
        return members.listAll(MemberSource.of(project), "", 0, MOST_MEMBERS).stream()
                .filter(member -> member.role().atLeast(Role.DEVELOPER))
                .map(Member::user)
                .map(User::id)
                .toList();
    }

    private void tell(Collection<UserId> people, News news) {
        if (!mails.areSent()) {
            return;
        }
        for (UserId person : preferences.wanting(people, news.topic())) {
            users.find(person)
                    .filter(user -> !user.blocked() && !user.email().isEmpty())
                    .ifPresent(user -> send(user, users.language(person), news));
        }
    }

    private void send(User user, Optional<String> language, News news) {
        Translator words = Translator.of(language.orElse("en"));
        String title = words.text(news.title());
        String line = words.text(news.line());
        String text = title + "\n" + (line.isEmpty() ? "" : line + "\n") + "\n" + urls.external() + "/"
                + news.project().fullPath() + news.path() + "\n\n-- \n"
                + words.text(Text.of(
                        "operate.mail.footer",
                        Text.of("operate.mail.topic." + news.topic().wire()),
                        urls.external() + UNSUBSCRIBE + preferences.ticket(user.id(), news.topic())))
                + "\n";
        Instant now = clock.instant();
        Mails.Mail mail =
                new Mails.Mail(user.email(), "[" + news.project().fullPath() + "] " + title, text, now.plus(NEWS));
        database.write(tx -> {
            boolean first = preferences.first(tx, user.id(), news.eventKey(), now);
            if (first) {
                mails.send(tx, mail);
            }
            return first;
        });
    }
}
