package dev.tandem.server.build.causes;

import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.store.ScheduleStore;
import dev.tandem.server.build.store.TriggerStore;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts schedules and triggers together. */
@Configuration(proxyBeanMethods = false)
class CausesConfiguration {

    @Bean
    DurableTask<Schedules.Run> runSchedule(ObjectProvider<Schedules> schedules) {
        return new DurableTask<>(
                "build.run-schedule",
                Schedules.Run.class,
                run -> schedules.getObject().run(run));
    }

    @Bean
    Schedules schedules(
            Database database,
            SealedVariables sealed,
            Starting starting,
            RunRights rights,
            Repositories repositories,
            ProjectDirectory projects,
            Users users,
            Audit audit,
            DurableTask<Schedules.Run> runSchedule,
            Clock clock) {
        return new Schedules(
                database,
                new ScheduleStore(),
                sealed,
                starting,
                rights,
                repositories,
                projects,
                users,
                audit,
                runSchedule,
                clock);
    }

    @Bean
    Triggers triggers(Database database, Starting starting, Users users, Audit audit, Clock clock) {
        return new Triggers(database, new TriggerStore(), starting, users, audit, clock);
    }
}
