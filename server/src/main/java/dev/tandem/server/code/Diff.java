package dev.tandem.server.code;

import java.util.List;

/**
 * How two commits differ.
 *
 * @param totalFiles how many files differ, also when {@code files} has fewer
 */
public record Diff(List<FileDiff> files, int totalFiles, int additions, int deletions) {
    public Diff {
        files = List.copyOf(files);
    }

    public boolean isComplete() {
        return files.size() == totalFiles && files.stream().noneMatch(FileDiff::leftOut);
    }
}
