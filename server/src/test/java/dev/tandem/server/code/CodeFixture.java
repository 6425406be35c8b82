package dev.tandem.server.code;

import dev.tandem.server.RunningServer;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes people and projects on a running server. */
record CodeFixture(RunningServer server) {

    /** Somebody with a token that may do everything. */
    record Person(User user, String token) {
        Actor actor() {
            return new Actor.Person(user, TokenScope.all());
        }
    }

    Person person(String username) {
        Users users = server.bean(Users.class);
        return server.bean(Database.class).write(tx -> {
            UserCreation made = users.create(tx, username, username, username + "@example.test", false);
            User user = ((UserCreation.Created) made).user();
            return new Person(user, token(tx, user));
        });
    }

    Person root() {
        User root = server.bean(Users.class).find("root").orElseThrow();
        return new Person(root, RunningServer.TOKEN);
    }

    Project project(Person owner, String path, boolean isPublic) {
        NewProject wanted = new NewProject(owner.user().username(), path, path, "", isPublic, "main");
        ProjectCreation made = server.bean(Projects.class).create(owner.actor(), owner.user(), wanted);
        return ((ProjectCreation.Created) made).project();
    }

    void member(Project project, Person person, Role role) {
        server.bean(Database.class)
                .write(tx -> server.bean(Members.class)
                        .add(
                                tx,
                                new MemberSource.OfProject(project.id()),
                                person.user().id(),
                                role));
    }

    Project reread(Project project) {
        return server.bean(Projects.class).find(project.id()).orElseThrow();
    }

    /** Address for git with somebody's token in it. */
    String url(Project project, Person person) {
        return url(project, "any", person.token());
    }

    String url(Project project, String username, String password) {
        return server.uri()
                        .toString()
                        .replace("http://", "http://" + username + ":" + password.replace(" ", "%20") + "@")
                + "/" + project.fullPath() + ".git";
    }

    String url(Project project) {
        return server.uri() + "/" + project.fullPath() + ".git";
    }

    /** Status of each intent of a project, oldest first. */
    List<String> intents(Project project) {
        return server.bean(Database.class)
                .read(sql -> sql.fetch(
                                "select ref, status from push_intents where project_id = ? order by id", project.id())
                        .map(row -> row.get(0) + " " + row.get(1)));
    }

    private String token(dev.tandem.server.platform.Tx tx, User user) {
        return server.bean(PersonalTokens.class)
                .create(tx, user.id(), "test", Set.of(TokenScope.API), Optional.empty())
                .secret();
    }
}
