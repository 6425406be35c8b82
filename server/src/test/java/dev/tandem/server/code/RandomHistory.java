package dev.tandem.server.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A history with changed, renamed and removed files on branches that part and meet, in which no two lines are the same. */
final class RandomHistory {
    private static final int FOLDERS = 3;
    private static final int MOST_FILES = 12;

    private final Random random;
    private final StringBuilder stream = new StringBuilder();
    private final List<Map<String, List<String>>> trees = new ArrayList<>();
    private int names;
    private int lines;

    RandomHistory(long seed) {
        this.random = new Random(seed);
    }

    /** Writes it to branch {@code main} of an empty repository. */
    static void write(Git git, int commits, long seed) throws IOException, InterruptedException {
        RandomHistory history = new RandomHistory(seed);
        for (int i = 0; i < commits; i++) {
            history.commit(i);
        }
        history.stream.append("reset refs/heads/main\nfrom :").append(commits).append("\n\n");
        Process writer = git.start("fast-import", "--quiet", "--force");
        writer.getOutputStream().write(history.stream.toString().getBytes(StandardCharsets.UTF_8));
        writer.getOutputStream().close();
        if (writer.waitFor() != 0) {
            throw new IOException("git fast-import failed");
        }
    }

    private void commit(int index) {
        int parent = index == 0 ? -1 : Math.max(0, index - 1 - random.nextInt(3));
        int other = index > 5 && (random.nextInt(4) == 0 || index % 10 == 0) ? index - 1 - random.nextInt(5) : -1;
        stream.append("commit refs/heads/made\nmark :%d\ncommitter A <a@example.test> %d +0000\ndata %d\n%s\n"
                .formatted(index + 1, 1_700_000_000 + index, ("c" + index).length(), "c" + index));
        Map<String, List<String>> tree = new TreeMap<>();
        if (parent >= 0) {
            stream.append("from :").append(parent + 1).append('\n');
            trees.get(parent).forEach((path, text) -> tree.put(path, new ArrayList<>(text)));
        }
        if (other >= 0 && other != parent) {
            stream.append("merge :").append(other + 1).append('\n');
            trees.get(other).forEach((path, text) -> tree.merge(path, new ArrayList<>(text), RandomHistory::united));
        } else {
            change(tree);
        }
        stream.append("deleteall\n");
        tree.forEach((path, text) -> {
            String content = String.join("", text);
            stream.append("M 100644 inline %s\ndata %d\n%s\n".formatted(path, content.length(), content));
        });
        trees.add(tree);
    }

    private static List<String> united(List<String> ours, List<String> theirs) {
        List<String> all = new ArrayList<>(ours);
        theirs.stream().filter(line -> !ours.contains(line)).forEach(all::add);
        return all;
    }

    private void change(Map<String, List<String>> tree) {
        List<String> paths = List.copyOf(tree.keySet());
        int what = random.nextInt(10);
        if (paths.size() < 3 || (what == 0 && paths.size() < MOST_FILES)) {
            tree.put(name(), new ArrayList<>(List.of(line(), line(), line(), line(), line(), line())));
        } else if (what == 1) {
            tree.put(name(), tree.remove(paths.get(random.nextInt(paths.size()))));
        } else if (what == 2) {
            tree.remove(paths.get(random.nextInt(paths.size())));
        } else {
            List<String> text = tree.get(paths.get(random.nextInt(paths.size())));
            text.add(random.nextInt(text.size() + 1), line());
            if (text.size() > 4 && random.nextBoolean()) {
                text.remove(random.nextInt(text.size()));
            }
        }
    }

    private String name() {
        return "dir" + random.nextInt(FOLDERS) + "/file" + names++ + ".txt";
    }

    private String line() {
        return "line number " + lines++ + " of this history\n";
    }
}
