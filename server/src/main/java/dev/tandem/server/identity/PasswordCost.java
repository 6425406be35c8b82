package dev.tandem.server.identity;

/**
 * How slow it is on purpose to hash a password: 2^{@code log2Rounds} rounds of bcrypt.
 *
 * @param log2Rounds 4 to 31; tests take the least
 */
public record PasswordCost(int log2Rounds) {
    /** 2^10 rounds, OWASP's least for bcrypt: some 60 ms of one core here, which git with a password pays every time. */
    public static final PasswordCost STANDARD = new PasswordCost(10);
}
