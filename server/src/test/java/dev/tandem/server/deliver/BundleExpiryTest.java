package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.BUNDLES;
import static dev.tandem.server.platform.tables.Tables.ROLLOUTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.code.Projects;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of bundles that nobody needs any more. */
class BundleExpiryTest extends DeliverScene {
    @Test
    void whatNoEnvironmentNeedsExpiresAndTheRestStays() throws Exception {
        String oldest = bundle("v1");
        long begun = deploy(first, oldest).path("deployment_id").asLong();
        String target = bundle("v2");
        deploy(second, target);
        String serving = bundle("v3");
        deploy(third, serving);
        String never = bundle("v4");
        age();
        String fresh = bundle("v5");

        server.bean(ReleaseBundles.class).expire();

        assertThat(kept(oldest)).isFalse();
        assertThat(kept(never)).isFalse();
        assertThat(kept(target)).isTrue();
        assertThat(kept(serving)).isTrue();
        assertThat(kept(fresh)).isTrue();
        rollBack();
        assertThat(serving()).isEqualTo(second);

        Reply back = server.post(
                DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production", "to", begun));
        assertThat(back.status()).isEqualTo(409);
        assertThat(back.json().path("message").asString())
                .matches("The bytes of bundle " + oldest + " are not kept any more; it expired on 20..-..-..\\. Deploy"
                        + " its commit " + first.substring(0, 8) + " once more, .*uploads it again\\.");
        assertThat(server.bean(Environments.class)
                        .find(shop.id(), "production")
                        .orElseThrow()
                        .hold()
                        .sha())
                .as("a refused rollback leaves everything as it was")
                .isEqualTo(third);
    }

    @Test
    void anExpiredBundleIsNotDeployedUntilItIsUploadedAgain() throws Exception {
        String bundle = bundle("v1");
        age();
        server.bean(ReleaseBundles.class).expire();

        Reply refused = ask(job(first, "production"), bundle, Map.of());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("message").asString()).contains(bundle, "it expired on");
        assertThat(server.get(DeliverServer.ROOT_TOKEN, tandem("/bundles/" + bundle))
                        .status())
                .as("so that tandem deploy uploads it again")
                .isEqualTo(404);

        assertThat(bundle("v1")).isEqualTo(bundle);
        assertThat(kept(bundle)).isTrue();
        assertThat(deploy(first, bundle).path("phase").asString()).isEqualTo("success");
    }

    @Test
    void aDeletedProjectTakesItsBundlesWithIt() throws Exception {
        String key = key(bundle("v1"));
        assertThat(exists(key)).isTrue();

        server.bean(Projects.class).delete(new Actor.Person(root, TokenScope.all()), shop);

        Await.until("its bytes are gone", () -> !exists(key));
    }

    /** As if a hundred days had passed. */
    private void age() {
        long past = Duration.ofDays(100).toMillis();
        server.bean(Database.class).write(tx -> {
            tx.sql()
                    .update(BUNDLES)
                    .set(BUNDLES.CREATED_AT, BUNDLES.CREATED_AT.minus(past))
                    .where(BUNDLES.PROJECT_ID.eq(shop.id()))
                    .execute();
            return tx.sql()
                    .update(ROLLOUTS)
                    .set(ROLLOUTS.FINISHED_AT, ROLLOUTS.FINISHED_AT.minus(past))
                    .where(ROLLOUTS.PROJECT_ID.eq(shop.id()))
                    .execute();
        });
    }

    private boolean kept(String bundle) {
        return exists(key(bundle));
    }

    private String key(String bundle) {
        return server.bean(Database.class).read(sql -> {
            BundleStore store = new BundleStore(sql);
            return store.objectKey(store.find(shop.id(), bundle).orElseThrow().id())
                    .orElseThrow();
        });
    }

    private static boolean exists(String key) {
        try {
            return server.bean(ObjectStore.class).size(key).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
