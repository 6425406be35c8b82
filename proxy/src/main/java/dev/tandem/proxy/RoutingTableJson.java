package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import dev.tandem.proxy.RoutingTable.Watch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The table as JSON, on the wire and on disk. */
final class RoutingTableJson {

    private RoutingTableJson() {}

    static JsonObject write(RoutingTable table) {
        return new JsonObject()
                .put("version", table.version())
                .put("services", array(table.services(), RoutingTableJson::service));
    }

    /**
     * Reads a table.
     *
     * @throws IllegalArgumentException when the text is no JSON or not a valid table
     */
    static RoutingTable read(Buffer text) {
        try {
            JsonObject json = new JsonObject(text);
            return new RoutingTable(number(json, "version"), objects(json, "services", RoutingTableJson::readService));
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalArgumentException("not a routing table: " + e.getMessage(), e);
        }
    }

    private static JsonObject service(Service service) {
        JsonObject json = new JsonObject()
                .put("key", service.key())
                .put("hosts", new JsonArray(service.hosts()))
                .put("revisions", array(service.revisions(), RoutingTableJson::revision));
        Watch watch = service.watch();
        return watch == null ? json : json.put("watch", watch(watch));
    }

    private static JsonObject watch(Watch watch) {
        return new JsonObject()
                .put("stepId", watch.stepId())
                .put("newRevision", watch.newRevision())
                .put("oldRevision", watch.oldRevision())
                .put("thresholdsMillis", new JsonArray(watch.thresholdsMillis()))
                .put("limitMillis", watch.limitMillis());
    }

    private static Watch readWatch(JsonObject json) {
        List<Integer> thresholds = new ArrayList<>();
        elements(json, "thresholdsMillis").forEach(millis -> thresholds.add((Integer) millis));
        return new Watch(
                text(json, "stepId"),
                text(json, "newRevision"),
                json.getString("oldRevision"),
                thresholds,
                json.getInteger("limitMillis"));
    }

    private static JsonObject revision(Revision revision) {
        return new JsonObject()
                .put("id", revision.id())
                .put("weight", revision.weight())
                .put(
                        "instances",
                        array(
                                revision.instances(),
                                instance -> new JsonObject()
                                        .put("host", instance.host())
                                        .put("port", instance.port())));
    }

    private static Service readService(JsonObject json) {
        List<String> hosts = new ArrayList<>();
        elements(json, "hosts").forEach(host -> hosts.add((String) host));
        JsonObject watch = json.getJsonObject("watch");
        return new Service(
                text(json, "key"),
                hosts,
                objects(json, "revisions", RoutingTableJson::readRevision),
                watch == null ? null : readWatch(watch));
    }

    private static Revision readRevision(JsonObject json) {
        return new Revision(
                text(json, "id"),
                Math.toIntExact(number(json, "weight")),
                objects(
                        json,
                        "instances",
                        instance -> new Instance(text(instance, "host"), Math.toIntExact(number(instance, "port")))));
    }

    private static <T> JsonArray array(List<T> items, Function<T, JsonObject> write) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(write.apply(item)));
        return array;
    }

    private static <T> List<T> objects(JsonObject json, String name, Function<JsonObject, T> read) {
        List<T> items = new ArrayList<>();
        JsonArray array = elements(json, name);
        for (int i = 0; i < array.size(); i++) {
            items.add(read.apply(present(array.getJsonObject(i), name)));
        }
        return items;
    }

    private static JsonArray elements(JsonObject json, String name) {
        return present(json.getJsonArray(name), name);
    }

    private static String text(JsonObject json, String name) {
        return present(json.getString(name), name);
    }

    private static long number(JsonObject json, String name) {
        return present(json.getLong(name), name);
    }

    private static <T> T present(@org.jspecify.annotations.Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("not a routing table: " + name + " is missing");
        }
        return value;
    }
}
