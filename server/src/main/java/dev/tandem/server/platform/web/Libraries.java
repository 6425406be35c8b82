package dev.tandem.server.platform.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Libraries of others that browsers get, from their webjars. */
final class Libraries {
    private static final String HIGHLIGHT = "META-INF/maven/org.webjars/highlightjs/pom.properties";
    private static final List<String> MORE_LANGUAGES =
            List.of("dockerfile", "groovy", "nginx", "powershell", "properties", "protobuf", "scala");
    private static final String UPLOT = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private Libraries() {}

    /** The smallest build there is only sets a variable; one line makes a module of it. */
    static Map<String, byte[]> files(ClassLoader loader) throws IOException {
        Properties facts = new Properties();
        try (InputStream in = open(loader, UPLOT)) {
            facts.load(in);
        }
        String folder = "META-INF/resources/webjars/uplot/" + facts.getProperty("version") + "/dist/";
        String script = new String(read(loader, folder + "uPlot.iife.min.js"), StandardCharsets.UTF_8);
        return Map.of(
                "hljs.js", highlighting(loader),
                "uplot.js", (script + "\nexport default uPlot;\n").getBytes(StandardCharsets.UTF_8),
                "uplot.css", read(loader, folder + "uPlot.min.css"));
    }

    /** The common languages in one file, and a few more that projects here are likely to have. */
    private static byte[] highlighting(ClassLoader loader) throws IOException {
        Properties facts = new Properties();
        try (InputStream in = open(loader, HIGHLIGHT)) {
            facts.load(in);
        }
        String folder = "META-INF/resources/webjars/highlightjs/" + facts.getProperty("version") + "/";
        StringBuilder module = new StringBuilder(text(loader, folder + "highlight.min.js"));
        for (String language : MORE_LANGUAGES) {
            module.append('\n').append(text(loader, folder + "languages/" + language + ".min.js"));
        }
        return module.append("\nexport default hljs;\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ClassLoader loader, String name) throws IOException {
        return new String(read(loader, name), StandardCharsets.UTF_8);
    }

    private static byte[] read(ClassLoader loader, String name) throws IOException {
        try (InputStream in = open(loader, name)) {
            return in.readAllBytes();
        }
    }

    private static InputStream open(ClassLoader loader, String name) throws IOException {
        InputStream in = loader.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("the class path has no " + name);
        }
        return in;
    }
}
