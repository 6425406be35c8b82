package dev.tandem.gallery;

import gg.jte.CodeResolver;
import java.util.List;
import java.util.stream.Stream;

/** Templates of the gallery first, then the program's. */
record TwoFolders(CodeResolver first, CodeResolver second) implements CodeResolver {
    @Override
    public String resolve(String name) {
        String code = first.resolve(name);
        return code != null ? code : second.resolve(name);
    }

    @Override
    public long getLastModified(String name) {
        return Math.max(first.getLastModified(name), second.getLastModified(name));
    }

    @Override
    public List<String> resolveAllTemplateNames() {
        return Stream.concat(first.resolveAllTemplateNames().stream(), second.resolveAllTemplateNames().stream())
                .distinct()
                .toList();
    }

    @Override
    public boolean exists(String name) {
        return first.exists(name) || second.exists(name);
    }
}
