package dev.tandem.server.code.web;

import dev.tandem.server.code.Blames;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Picture;
import dev.tandem.server.code.Trees;
import dev.tandem.server.code.lfs.LfsObjects;
import dev.tandem.server.code.lfs.LfsPointer;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.PagePolicy;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** One file of a project: to read, to download, and who wrote it. */
@Controller
public final class FilePages {
    private static final Duration PATIENCE_WITH_BLAME = Duration.ofSeconds(5);
    private static final Duration PATIENCE_WITH_LAST_COMMIT = Duration.ofMillis(200);

    /** Nobody waits for more while a page opens. */
    private static final long LARGEST_PDF_BYTES = 50L * 1024 * 1024;

    private final Places places;
    private final Trees trees;
    private final History history;
    private final Blames blames;
    private final LfsObjects lfs;

    FilePages(Places places, Trees trees, History history, Blames blames, LfsObjects lfs) {
        this.places = places;
        this.trees = trees;
        this.history = history;
        this.blames = blames;
        this.lfs = lfs;
    }

    /**
     * A file.
     *
     * @param last commit that changed it last; null when it was not found while the page waits
     * @param prose the file as markup; null when it is no Markdown, or its source was asked for
     * @param isProse whether there is a page with markup beside the one with source
     * @param isPicture whether browsers can show it as a picture
     * @param isPdf whether browsers can show it with their viewer of PDFs
     * @param large the large file that this one stands for; null when it is none of Git LFS
     */
    public record BlobModel(
            Place place,
            FileFacts file,
            SourceText source,
            @Nullable Commit last,
            gg.jte.@Nullable Content prose,
            boolean isProse,
            boolean isPicture,
            boolean isPdf,
            @Nullable Large large) {}

    /**
     * What Git LFS keeps for a file.
     *
     * @param isThere whether the project has the object that the file names
     */
    public record Large(LfsPointer pointer, boolean isThere) {}

    /**
     * Who wrote a file.
     *
     * @param complete whether the commit of each line was found in time
     */
    public record BlameModel(Place place, FileFacts file, SourceText source, List<BlameLine> lines, boolean complete) {}

    /**
     * One line.
     *
     * @param commit with which it came; null when not found in time
     * @param first whether it is the first of the lines that came together
     */
    public record BlameLine(
            int number, String text, @Nullable Commit commit, boolean first) {}

    /** @param plain whether to show the source of what could be shown as markup */
    @GetMapping("/{project}/-/blob/{*rest}")
    @Requires(Permission.READ_CODE)
    @Nullable
    Page blob(
            ProjectFacts facts,
            @PathVariable String rest,
            @RequestParam(name = "plain", defaultValue = "0") String plain,
            HttpServletResponse response)
            throws IOException {
        Optional<Place> place = places.find(facts, rest);
        Optional<FileFacts> file = place.flatMap(this::file);
        if (file.isPresent()) {
            BlobModel model = blobModel(place.orElseThrow(), file.get(), plain.equals("1"));
            if (model.isPdf()) {
                response.setHeader("Content-Security-Policy", PagePolicy.WITH_VIEWER);
            }
            return new Page("code/blob.jte", model);
        }
        if (place.isPresent() && isFolder(place.get())) {
            response.sendRedirect(
                    place.get().links().tree(place.get().ref(), place.get().path()));
            return null;
        }
        return ErrorPages.of(404, null);
    }

    @GetMapping("/{project}/-/blame/{*rest}")
    @Requires(Permission.READ_CODE)
    Page blame(ProjectFacts facts, @PathVariable String rest) {
        Optional<Place> place = places.find(facts, rest);
        return place.flatMap(this::file)
                .map(file -> new Page("code/blame.jte", blameModel(place.orElseThrow(), file)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    /**
     * Files are anybody's text: never as a page of ours, always in a sandbox.
     *
     * @param lfs whether a file of Git LFS is to be sent, where the project has it, instead of what stands for it
     */
    @GetMapping("/{project}/-/raw/{*rest}")
    @Requires(Permission.READ_CODE)
    @Nullable
    Page raw(
            ProjectFacts facts,
            @PathVariable String rest,
            @RequestParam(name = "lfs", defaultValue = "true") boolean lfs,
            HttpServletResponse response)
            throws IOException {
        Optional<FileFacts> file = places.find(facts, rest).flatMap(this::file);
        if (file.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        Optional<LfsPointer> pointer = lfs ? pointer(facts.id(), file.get()) : Optional.empty();
        if (pointer.isPresent() && large(facts, file.get(), pointer.get(), response)) {
            return null;
        }
        String type = mediaType(facts, file.get());
        boolean shown = !type.equals(RawTypes.BYTES);
        response.setContentType(type);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", RawTypes.policy(type));
        response.setHeader(
                "Content-Disposition",
                (shown ? "inline" : "attachment") + "; filename*=UTF-8''"
                        + Links.encoded(file.get().name()));
        response.setContentLengthLong(file.get().sizeBytes());
        trees.copy(facts.id(), file.get(), response.getOutputStream());
        return null;
    }

    /** @return false when the project has no such object */
    private boolean large(ProjectFacts facts, FileFacts file, LfsPointer pointer, HttpServletResponse response)
            throws IOException {
        try (InputStream content = lfs.open(facts.id(), pointer).orElse(null)) {
            if (content == null) {
                return false;
            }
            response.setContentType(RawTypes.BYTES);
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Content-Security-Policy", RawTypes.SANDBOX);
            response.setHeader("Content-Disposition", "attachment; filename*=UTF-8''" + Links.encoded(file.name()));
            response.setContentLengthLong(pointer.sizeBytes());
            content.transferTo(response.getOutputStream());
            return true;
        }
    }

    private String mediaType(ProjectFacts facts, FileFacts file) {
        return RawTypes.of(file.name(), trees.head(facts.id(), file, RawTypes.HEAD_BYTES));
    }

    private Optional<FileFacts> file(Place place) {
        return trees.file(place.project().id(), place.sha(), place.path());
    }

    private boolean isFolder(Place place) {
        return trees.list(place.project().id(), place.sha(), place.path(), false)
                .isPresent();
    }

    private BlobModel blobModel(Place place, FileFacts file, boolean plain) {
        long project = place.project().id();
        Commit last = history.last(project, place.sha(), place.path(), PATIENCE_WITH_LAST_COMMIT)
                .orElse(null);
        SourceText source = SourceText.of(trees, project, file);
        boolean isProse = !file.isLink() && source.isText() && Prose.isProse(file.path());
        boolean isPicture = !file.isLink()
                && Picture.of(file.name(), trees.head(project, file, Picture.HEAD_BYTES))
                        .isPresent();
        return new BlobModel(
                place,
                file,
                source,
                last,
                isProse && !plain ? Prose.render(place, file.path(), source).orElse(null) : null,
                isProse,
                isPicture,
                isPdf(project, file),
                large(project, file));
    }

    private boolean isPdf(long project, FileFacts file) {
        return !file.isLink()
                && RawTypes.isPdfName(file.name()) // Of no other file anything is read for this.
                && file.sizeBytes() <= LARGEST_PDF_BYTES
                && RawTypes.isPdf(file.name(), trees.head(project, file, RawTypes.HEAD_BYTES));
    }

    private @Nullable Large large(long project, FileFacts file) {
        return pointer(project, file)
                .map(pointer -> new Large(pointer, lfs.has(project, pointer)))
                .orElse(null);
    }

    private Optional<LfsPointer> pointer(long project, FileFacts file) {
        return file.isLink() || file.sizeBytes() > LfsPointer.LARGEST_BYTES
                ? Optional.empty()
                : LfsPointer.of(trees.head(project, file, LfsPointer.LARGEST_BYTES));
    }

    private BlameModel blameModel(Place place, FileFacts file) {
        long project = place.project().id();
        SourceText source = SourceText.of(trees, project, file);
        if (!source.isText() || source.lines().isEmpty()) {
            return new BlameModel(place, file, source, List.of(), true);
        }
        Optional<Blames.Blame> blame = blames.of(project, place.sha(), place.path(), PATIENCE_WITH_BLAME);
        return new BlameModel(
                place,
                file,
                source,
                lines(source, blame.map(Blames.Blame::parts).orElse(List.of())),
                blame.map(Blames.Blame::complete).orElse(false));
    }

    private static List<BlameLine> lines(SourceText source, List<Blames.Part> parts) {
        List<BlameLine> lines = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < source.lines().size(); i++) {
            while (next < parts.size()
                    && parts.get(next).first() + parts.get(next).lines() <= i) {
                next++;
            }
            Blames.Part part = next < parts.size() && parts.get(next).first() <= i ? parts.get(next) : null;
            lines.add(new BlameLine(
                    i + 1,
                    source.lines().get(i),
                    part == null ? null : part.commit(),
                    part != null && part.first() == i));
        }
        return lines;
    }
}
