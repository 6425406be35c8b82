package dev.tandem.server.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/** Branches and tags. Blocks on the disk; safe for use by many threads. */
@Component
public final class Branches {
    private static final int MOST_SORTED = 20_000;

    private final Repositories repositories;

    Branches(Repositories repositories) {
        this.repositories = repositories;
    }

    /** By name, of those that {@code wanted} takes. */
    public Slice<Branch> list(long projectId, Predicate<String> wanted, int offset, int limit) {
        return slice(projectId, Constants.R_HEADS, wanted, offset, limit, Branches::branch);
    }

    /** By name; {@code search} is a part of it, empty for all. */
    public Slice<Branch> list(long projectId, String search, int offset, int limit) {
        return slice(projectId, Constants.R_HEADS, search, offset, limit, Branches::branch);
    }

    public Optional<Branch> find(long projectId, String name) {
        return one(projectId, Constants.R_HEADS + name, Branches::branch);
    }

    /**
     * How tags are sorted.
     *
     * @param byName else by the time of the tag, or of its commit when it has none of its own
     */
    public record TagOrder(boolean byName, boolean ascending) {
        /** As releases are looked for. */
        public static final TagOrder NEWEST_FIRST = new TagOrder(false, false);
    }

    /** By name; {@code search} is a part of it, empty for all. */
    public Slice<Tag> tags(long projectId, String search, int offset, int limit) {
        return slice(projectId, Constants.R_TAGS, search, offset, limit, Branches::tag);
    }

    /** {@code search} is a part of the name, empty for all. Of more than 20,000 tags only the first by name are looked at. */
    public Slice<Tag> tags(long projectId, String search, TagOrder order, int offset, int limit) {
        if (order.byName() && order.ascending()) {
            return tags(projectId, search, offset, limit);
        }
        List<Tag> all = new ArrayList<>(slice(projectId, Constants.R_TAGS, search, 0, MOST_SORTED, Branches::tag)
                .items());
        Comparator<Tag> comparator = order.byName()
                ? Comparator.comparing(Tag::name)
                : Comparator.comparing(
                        (Tag tag) -> tag.createdAt().orElse(tag.commit().committedAt()));
        all.sort(order.ascending() ? comparator : comparator.reversed());
        int from = Math.min(offset, all.size());
        return new Slice<>(all.subList(from, (int) Math.min((long) from + limit, all.size())), all.size());
    }

    public Optional<Tag> tag(long projectId, String name) {
        return one(projectId, Constants.R_TAGS + name, Branches::tag);
    }

    /** Short names of all branches, at most {@code limit}, by name. */
    public List<String> names(long projectId, int limit) {
        return repositories
                .with(
                        projectId,
                        repository -> Optional.of(refs(repository, Constants.R_HEADS, name -> true).stream()
                                .limit(limit)
                                .map(ref -> ref.getName().substring(Constants.R_HEADS.length()))
                                .toList()))
                .orElse(List.of());
    }

    private interface Describe<T> {
        Optional<T> describe(RevWalk walk, Ref ref) throws IOException;
    }

    private <T> Optional<T> one(long projectId, String name, Describe<T> describe) {
        return repositories.with(projectId, repository -> {
            Ref ref = Repository.isValidRefName(name) ? repository.exactRef(name) : null;
            if (ref == null) {
                return Optional.empty();
            }
            try (RevWalk walk = new RevWalk(repository)) {
                return describe.describe(walk, ref);
            }
        });
    }

    private <T> Slice<T> slice(
            long projectId, String prefix, String search, int offset, int limit, Describe<T> describe) {
        return slice(projectId, prefix, (String name) -> name.contains(search), offset, limit, describe);
    }

    private <T> Slice<T> slice(
            long projectId, String prefix, Predicate<String> wanted, int offset, int limit, Describe<T> describe) {
        return repositories
                .with(projectId, repository -> {
                    List<Ref> all = refs(repository, prefix, wanted);
                    List<T> items = new ArrayList<>();
                    try (RevWalk walk = new RevWalk(repository)) {
                        for (Ref ref : all.subList(
                                Math.min(offset, all.size()), (int) Math.min((long) offset + limit, all.size()))) {
                            describe.describe(walk, ref).ifPresent(items::add);
                        }
                    }
                    return Optional.of(new Slice<>(items, all.size()));
                })
                .orElse(new Slice<>(List.of(), 0));
    }

    private static List<Ref> refs(Repository repository, String prefix, Predicate<String> wanted) throws IOException {
        return repository.getRefDatabase().getRefsByPrefix(prefix).stream()
                .filter(ref -> wanted.test(ref.getName().substring(prefix.length())))
                .toList();
    }

    private static Optional<Branch> branch(RevWalk walk, Ref ref) throws IOException {
        Optional<RevCommit> commit = Revisions.peel(walk, Objects.requireNonNull(ref.getObjectId()));
        return commit.map(
                found -> new Branch(ref.getName().substring(Constants.R_HEADS.length()), Revisions.describe(found)));
    }

    private static Optional<Tag> tag(RevWalk walk, Ref ref) throws IOException {
        RevObject object = walk.parseAny(Objects.requireNonNull(ref.getObjectId()));
        Optional<RevCommit> commit = Revisions.peel(walk, object);
        String name = ref.getName().substring(Constants.R_TAGS.length());
        if (commit.isPresent() && object instanceof RevTag annotation) {
            walk.parseBody(annotation);
            PersonIdent tagger = annotation.getTaggerIdent();
            return Optional.of(new Tag(
                    name,
                    annotation.name(),
                    annotation.getFullMessage().strip(),
                    Optional.ofNullable(tagger).map(PersonIdent::getWhenAsInstant),
                    Revisions.describe(commit.get())));
        }
        return commit.map(found -> new Tag(name, found.name(), "", Optional.empty(), Revisions.describe(found)));
    }
}
