package dev.tandem.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {

    @Test
    void isTheSameAfterWritingAndReading() {
        RoutingTable table = new RoutingTable(
                7,
                List.of(new Service(
                        "app",
                        List.of("App.Test", "www.app.test"),
                        List.of(
                                new Revision("r1", 90, List.of(new Instance("127.0.0.1", 4001))),
                                new Revision("r2", 0, List.of())))));

        assertThat(RoutingTableJson.read(RoutingTableJson.write(table).toBuffer()))
                .isEqualTo(table);
        assertThat(table.services().getFirst().hosts()).containsExactly("app.test", "www.app.test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"version\":\"x\",\"services\":[]}",
                "{\"version\":-1,\"services\":[]}",
                "{\"version\":1,\"services\":[null]}",
                "{\"version\":1,\"services\":[{\"key\":\"a\",\"hosts\":[1],\"revisions\":[]}]}",
                "{\"version\":1,\"services\":[{\"key\":\"a b\",\"hosts\":[],\"revisions\":[]}]}",
                "{\"version\":1,\"services\":[{\"key\":\"a\",\"hosts\":[\"h\",\"H\"],\"revisions\":[]}]}",
                "{\"version\":1,\"services\":[{\"key\":\"a\",\"hosts\":[],\"revisions\":[{\"id\":\"r\",\"weight\":-1,\"instances\":[]}]}]}",
                "{\"version\":1,\"services\":[{\"key\":\"a\",\"hosts\":[],\"revisions\":[{\"id\":\"r\",\"weight\":1,\"instances\":[{\"host\":\"h\",\"port\":70000}]}]}]}"
            })
    void refusesWhatIsNoTable(String text) {
        assertThatThrownBy(() -> RoutingTableJson.read(Buffer.buffer(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).+");
    }
}
