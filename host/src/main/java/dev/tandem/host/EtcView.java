package dev.tandem.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The part of /etc that a sandboxed process sees: names, certificates, time zone, loader and the settings of common
 * tools. Accounts are replaced by a made-up list ({@link #passwd}).
 */
final class EtcView {
    private static final Path ETC = Path.of("/etc");
    private static final Pattern SEEN = Pattern.compile(
            "resolv\\.conf|hosts|hostname|host\\.conf|nsswitch\\.conf|gai\\.conf|networks|protocols|services|ssl"
                    + "|ca-certificates.*|pki|crypto-policies|localtime|timezone|locale\\..*|alternatives|ld\\.so\\..*"
                    + "|os-release|debian_version|redhat-release|alpine-release|lsb-release|mime\\.types|terminfo"
                    + "|inputrc|bash\\.bashrc|profile|profile\\.d|gitconfig|java.*|maven|gradle|python.*|perl|fonts"
                    + "|npmrc|pip\\.conf|magic|magic\\.mime");

    private EtcView() {}

    static List<Path> paths() throws IOException {
        try (var entries = Files.list(ETC)) {
            return entries.filter(
                            path -> SEEN.matcher(path.getFileName().toString()).matches())
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
    }

    /** Programs such as ssh and the JDK want an account for their uid; the host's own are nobody's business. */
    static String passwd(int uid, int gid, Path home) {
        return "root:x:0:0:root:/:/bin/sh\n"
                + "tandem:x:" + uid + ":" + gid + ":tandem:" + home + ":/bin/sh\n"
                + "nobody:x:65534:65534:nobody:/:/bin/false";
    }

    static String group(int gid) {
        return "root:x:0:\ntandem:x:" + gid + ":\nnogroup:x:65534:";
    }
}
