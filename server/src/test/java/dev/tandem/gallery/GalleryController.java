package dev.tandem.gallery;

import dev.tandem.server.platform.live.LiveHub;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import dev.tandem.server.platform.web.TimelineModel.Entry;
import dev.tandem.server.platform.web.TimelineModel.Figure;
import dev.tandem.server.platform.web.TimelineModel.Side;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/** The sample pages. */
@Controller
public class GalleryController {
    private static final ProjectNav PROJECT = new ProjectNav(1, "root/shop", "Shop");

    /** What every sample page shows. */
    public record Sample(
            ProjectNav project, String state, int count, String job, Instant now, TimelineModel timeline) {}

    private static final String SAMPLE = """
            Running with tandem 0.1.0 on built-in
            section_start:1787393701:get_sources\r\u001b[0K\u001b[36;1mGetting source from Git repository\u001b[0;m
            Fetching changes with git depth set to 20...
            section_end:1787393703:get_sources\r\u001b[0Ksection_start:1787393703:step_script\r\u001b[0K\u001b[36;1mExecuting the script\u001b[0;m
            \u001b[32;1m$ javac -d build src/shop/*.java\u001b[0;m
            \u001b[32;1m$ java -cp build shop.Tests\u001b[0;m
            CartTest.addsItems \u001b[32mok\u001b[0m 12 ms
            \u001b[33mwarning: the clock of this machine is 3 s late\u001b[0m
            LedgerTest.takesPriceOfTheDay \u001b[31mfailed\u001b[0m 31 ms
                expected: <12.50> but was: <0.00>
            148 tests, 2 failed
            section_end:1787393767:step_script\r\u001b[0Ksection_start:1787393767:cleanup_file_variables\r\u001b[0K\u001b[36;1mCleaning up\u001b[0;m
            section_end:1787393768:cleanup_file_variables\r\u001b[0K\u001b[31;1mERROR: Job failed: exit code 1\u001b[0;m
            """;

    private final LiveHub live;
    private final AtomicInteger count = new AtomicInteger();
    private volatile String state = "running";
    private final Map<String, byte[]> logs = new ConcurrentHashMap<>();
    private final Map<String, Boolean> done = new ConcurrentHashMap<>();

    GalleryController(LiveHub live) {
        this.live = live;
        logs.put("212", SAMPLE.getBytes(StandardCharsets.UTF_8));
        done.put("212", true);
    }

    /** What the job wrote so far, for {@code /gallery/job/NAME}. */
    void log(String job, byte[] bytes, boolean ended) {
        logs.put(job, bytes);
        done.put(job, ended);
        live.publish("job/" + job, "log", Map.of("size", bytes.length));
    }

    void change(String newState) {
        state = newState;
        count.incrementAndGet();
        live.publish("pipeline/1", "status", Map.of("status", newState));
    }

    @GetMapping("/gallery")
    Page gallery() {
        return page("gallery/all.jte", "");
    }

    @GetMapping("/gallery/live")
    Page live() {
        return page("gallery/live.jte", "");
    }

    public record Charts(ProjectNav project, List<Chart> charts) {}

    private final List<double[]> points = new CopyOnWriteArrayList<>();

    /** One more second of the chart with a source. */
    void point(double at, double fresh, double old) {
        points.add(new double[] {at, fresh, old});
        live.publish("pipeline/2", "points", Map.of());
    }

    @GetMapping("/gallery/charts")
    Page charts() {
        return new Page("gallery/charts.jte", new Charts(PROJECT, SampleCharts.all(count.get())));
    }

    @ResponseBody
    @GetMapping("/gallery/points")
    Map<String, Object> points(@RequestParam(defaultValue = "0") long since) {
        return Map.of(
                "series", List.of(Map.of("key", "new", "label", "4f2c9e1"), Map.of("key", "old", "label", "3d19aa7")),
                "points", points.stream().filter(point -> point[0] > since).toList(),
                "marks", List.of());
    }

    @GetMapping("/gallery/job/{job}")
    Page job(@PathVariable String job) {
        return page("gallery/job.jte", job);
    }

    @GetMapping("/gallery/error/{status}")
    Page error(@PathVariable int status) {
        return ErrorPages.of(status, null);
    }

    @PostMapping("/gallery/act")
    String act() {
        count.incrementAndGet();
        return "redirect:/gallery/live";
    }

    @ResponseBody
    @GetMapping("/gallery/raw/{job}")
    String raw(@PathVariable String job) {
        return new String(logs.getOrDefault(job, new byte[0]), StandardCharsets.UTF_8);
    }

    @GetMapping("/gallery/trace/{job}")
    void trace(@PathVariable String job, @RequestParam int offset, HttpServletResponse response) throws IOException {
        byte[] all = logs.getOrDefault(job, new byte[0]);
        boolean ended = done.getOrDefault(job, false);
        int from = Math.min(offset, all.length);
        int to = Math.min(all.length, from + 4 * 1024 * 1024);
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("X-Tandem-Next-Offset", String.valueOf(to));
        response.setHeader("X-Tandem-Done", String.valueOf(ended && to == all.length));
        response.getOutputStream().write(Arrays.copyOfRange(all, from, to));
    }

    private Page page(String template, String job) {
        Instant now = Instant.now();
        return new Page(template, new Sample(PROJECT, state, count.get(), job, now, timeline(now)));
    }

    private static TimelineModel timeline(Instant now) {
        return new TimelineModel(List.of(
                entry(
                        now,
                        5300,
                        Side.DEVELOPMENT,
                        "success",
                        "Pushed 4f2c9e1 to main",
                        "Mei Lin: Take prices from the ledger, not from the cart"),
                entry(now, 5290, Side.DEVELOPMENT, "running", "Pipeline 212 started", "6 jobs in 4 stages"),
                entry(now, 5100, Side.DEVELOPMENT, "warning", "Lint found 3 warnings", null),
                entry(
                        now,
                        4990,
                        Side.DEVELOPMENT,
                        "success",
                        "Pipeline 212 passed in 5m 10s",
                        "Bundle a81be3f0, 14.2 MB"),
                entry(
                        now,
                        4985,
                        Side.OPERATION,
                        "running",
                        "Rollout to production began",
                        "rolling, beside revision 3d19aa70"),
                new Entry(
                        now.minusSeconds(4970),
                        Side.OPERATION,
                        "success",
                        Text.plain("Healthy after 12s"),
                        Text.plain("GET /health answered 200 three times"),
                        "/gallery/live",
                        List.of(
                                new Figure(Text.plain("p95"), "42 ms"),
                                new Figure(Text.plain("errors"), "0.00 %"),
                                new Figure(Text.plain("requests"), "1,204"))),
                entry(now, 4900, Side.OPERATION, "success", "100 % of traffic on 4f2c9e1", null),
                entry(
                        now,
                        900,
                        Side.OPERATION,
                        "failed",
                        "Error ratio rose to 3.1 % (usual: 0.2 %)",
                        "alert checkout-errors"),
                entry(now, 860, Side.OPERATION, "rolled_back", "Rolled back to 3d19aa70 in 2.1s", "by Administrator")));
    }

    private static Entry entry(Instant now, int secondsAgo, Side side, String state, String title, String detail) {
        return new Entry(
                now.minusSeconds(secondsAgo),
                side,
                state,
                Text.plain(title),
                detail == null ? null : Text.plain(detail),
                "/gallery/live");
    }
}
